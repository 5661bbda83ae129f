// @vitest-environment happy-dom
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transformAsync } from '@babel/core'
import { CircuitRegistry } from '@fluxgate/core'
import { CircuitProvider } from '@fluxgate/react'
import { act, cleanup, render, screen } from '@testing-library/react'
import reactCompiler from 'babel-plugin-react-compiler'
import { transform } from 'esbuild'
import { afterEach, expect, test } from 'vitest'
import type { Compiled } from './compiled-component.tsx'

afterEach(cleanup)

test('a component compiled by the React compiler shows every transition', async () => {
  const source = readFileSync(resolve(import.meta.dirname, 'compiled-component.tsx'), 'utf8')
  const plain = await transform(source, { loader: 'tsx', jsx: 'preserve' })
  const folder = resolve(import.meta.dirname, '.results')
  mkdirSync(folder, { recursive: true })
  const file = resolve(folder, 'compiled-component.jsx')
  const compiled = await transformAsync(plain.code, {
    filename: file,
    babelrc: false,
    configFile: false,
    parserOpts: { plugins: ['jsx'] },
    plugins: [[reactCompiler, { target: '19', panicThreshold: 'all_errors' }]],
  })
  expect(compiled?.code).toContain('react/compiler-runtime')
  writeFileSync(file, compiled?.code ?? '')
  const module: { Compiled: typeof Compiled } = await import(
    /* @vite-ignore */ pathToFileURL(file).href
  )

  const registry = new CircuitRegistry()
  const circuit = registry.get('payments')
  const states: (string | undefined)[] = []
  const onRender = (state: string | undefined) => void states.push(state)
  render(
    <CircuitProvider registry={registry}>
      <module.Compiled onRender={onRender} />
    </CircuitProvider>,
  )
  act(() => circuit.forceOpen())
  const button = screen.getByRole('button')
  expect(button.textContent).toBe('down')
  act(() => button.click())
  expect(button.textContent).toBe('up')
  expect(circuit.state).toBe('closed')
  expect(states).toEqual(['closed', 'forced_open', 'closed'])
})
