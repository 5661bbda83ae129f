import './code-panel.css'
import { createElement } from 'react'
import { type ParsedLine, parse } from 'sugar-high/core'
import * as typescript from 'sugar-high/lang/typescript'
import { CopyButton } from '../ui/copy-button.tsx'
import source from './guarded-fetch.ts?raw'

const code = createElement(
  'code',
  null,
  ...parse(source.trimEnd(), typescript).lines.map(renderLine),
)

function renderLine({ tokens }: ParsedLine) {
  const spans = tokens.map(({ type, value }) =>
    createElement('span', { className: `code-${type}` }, value),
  )
  return createElement('span', { className: 'code-line' }, ...spans, '\n')
}

/** The source of the module that this page runs. */
export function CodePanel() {
  return (
    <section className="code-panel" aria-labelledby="code">
      <header>
        <h2 id="code">The code that runs here</h2>
        <CopyButton text={source} />
      </header>
      <pre>{code}</pre>
    </section>
  )
}
