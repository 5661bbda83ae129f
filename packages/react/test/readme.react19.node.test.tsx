// @vitest-environment happy-dom
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CircuitBreaker } from '@fluxgate/core'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import type { ComponentType, ReactElement, ReactNode } from 'react'
import type { Root } from 'react-dom/client'
import { type createMemoryRouter, RouterProvider } from 'react-router'
import { afterEach, expect, test, vi } from 'vitest'
import { DocsPage } from '../../core/test/docs.ts'

const page = new DocsPage(pathToFileURL(resolve(import.meta.dirname, '../README.md')))

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

/** What the example under this heading exports; that it has this type is what its test finds out. */
async function example<Exports>(title: string): Promise<Exports> {
  const snippet = page.snippets.find((snippet) => snippet.title === title)
  if (!snippet) throw new Error(`the page has no example under '${title}'`)
  return (await snippet.load()) as Exports
}

const text = () => document.body.textContent?.trim()

test('every heading has its example, and they type-check', { timeout: 60_000 }, async () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'Use',
    'A boundary',
    'TanStack Query',
    'React Router loaders',
    'Server components and server rendering',
  ])
  expect(await page.typeErrors()).toBe('')
})

test('Use', async () => {
  const { App } = await example<{ App: ComponentType }>('Use')
  render(<App />)
  expect(text()).toBe('Pay')
})

test('A boundary: a rejection is shown and not logged', async () => {
  const { start } = await example<{
    start: (container: Element, items: Promise<readonly string[]>) => Root
  }>('A boundary')
  const logged = vi.spyOn(console, 'error')
  const circuit = new CircuitBreaker({ name: 'catalog' })
  circuit.forceOpen()
  const items = circuit.call(async () => ['a', 'b'])
  items.catch(() => {})
  let root: Root | undefined
  await act(async () => {
    root = start(document.body.appendChild(document.createElement('div')), items)
  })
  expect(text()).toBe('The catalog is down for now.Try now')
  expect(logged).not.toHaveBeenCalled()
  act(() => root?.unmount())
})

interface QueryExample {
  client: QueryClient
  Items: ComponentType<{
    circuit: CircuitBreaker
    getItems: (signal: AbortSignal) => Promise<readonly string[]>
  }>
}

test('TanStack Query: rejected once, and asked again when the circuit closes', async () => {
  const { client, Items } = await example<QueryExample>('TanStack Query')
  const circuit = new CircuitBreaker({ name: 'catalog' })
  circuit.forceOpen()
  const getItems = vi.fn(async () => ['a', 'b'])
  render(
    <QueryClientProvider client={client}>
      <Items circuit={circuit} getItems={getItems} />
    </QueryClientProvider>,
  )
  await screen.findByText('down')
  expect([circuit.rejections, getItems.mock.calls.length]).toEqual([1, 0])
  act(() => circuit.reset())
  await screen.findByText('a, b')
  expect([circuit.rejections, getItems.mock.calls.length]).toEqual([1, 1])
  client.clear()
})

test('React Router loaders: loaded again when the circuit lets it', async () => {
  const { createRouter } = await example<{
    createRouter: (
      circuit: CircuitBreaker,
      getItems: () => Promise<readonly string[]>,
    ) => ReturnType<typeof createMemoryRouter>
  }>('React Router loaders')
  vi.spyOn(console, 'error').mockReturnValue() // React logs what the route's boundary caught
  const circuit = new CircuitBreaker({ name: 'catalog' })
  circuit.forceOpen()
  const getItems = vi.fn(async () => ['a', 'b'])
  render(<RouterProvider router={createRouter(circuit, getItems)} />)
  await screen.findByText('down')
  expect(getItems).not.toHaveBeenCalled()
  act(() => circuit.reset())
  await screen.findByText('a, b')
  expect(getItems).toHaveBeenCalledTimes(1)
})

test('Server components: what the server renders is what its circuit says', async () => {
  const { Page, serverCircuits } = await example<{
    Page: (props: { getItems: () => Promise<readonly string[]> }) => Promise<ReactElement>
    serverCircuits: { get: (name: string) => CircuitBreaker }
  }>('Server components and server rendering')
  const { renderToString } = await import('react-dom/server')
  const rendered = async (): Promise<string> => {
    const page: ReactNode = await Page({ getItems: async () => ['a', 'b'] })
    return renderToString(page)
  }
  expect(await rendered()).toBe('<p>a, b</p>')
  serverCircuits.get('catalog').trip()
  expect(await rendered()).toBe('<p>The catalog is down for now.</p>')
})
