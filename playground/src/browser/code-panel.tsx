import './code-panel.css'
import { createElement, useState } from 'react'
import { type ParsedLine, parse } from 'sugar-high/core'
import * as typescript from 'sugar-high/lang/typescript'
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
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(source)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <section className="code-panel" aria-labelledby="code">
      <header>
        <h2 id="code">The code that runs here</h2>
        <button type="button" className="secondary" onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      </header>
      <pre>{code}</pre>
    </section>
  )
}
