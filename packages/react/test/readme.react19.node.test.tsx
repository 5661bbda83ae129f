// @vitest-environment happy-dom
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type CallNotPermittedError,
  CircuitBreaker,
  CircuitRegistry,
  cooldown,
} from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { Deferred } from '@fluxgate/testkit/deferred'
import { DocsPage } from '@fluxgate/testkit/docs'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import type { ComponentType, ReactElement, ReactNode } from 'react'
import type { Root } from 'react-dom/client'
import { createMemoryRouter, createStaticHandler, RouterProvider } from 'react-router'
import { afterEach, expect, test, vi } from 'vitest'

const page = new DocsPage(pathToFileURL(resolve(import.meta.dirname, '../README.md')))

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

/** The exports of the example under this heading. */
async function example<Exports>(title: string): Promise<Exports> {
  const snippet = page.snippets.find((snippet) => snippet.title === title)
  if (!snippet) throw new Error(`the README has no example under '${title}'`)
  return (await snippet.load()) as Exports
}

const text = () => document.body.textContent?.trim()

test('the examples are those tested here', () => {
  expect(page.snippets.map(({ title }) => title)).toEqual([
    'Use a circuit',
    'Show a fallback',
    'Show all circuits',
    'TanStack Query',
    'Suspense queries',
    'React Router loaders',
    'Loaders on a server',
    'Server components and server rendering',
    'A rejection of a server component',
  ])
})

test('Use a circuit: the button shows its label', async () => {
  const { App } = await example<{ App: ComponentType }>('Use a circuit')
  render(<App />)
  expect(text()).toBe('Pay')
})

test('Show a fallback: a rejection shows the fallback and is not logged; a closed circuit shows the items', async () => {
  const { start, catalog } = await example<{
    start: (container: Element, getItems: () => Promise<readonly string[]>) => Root
    catalog: CircuitBreaker
  }>('Show a fallback')
  const log = vi.spyOn(console, 'error')
  catalog.forceOpen()
  const getItems = vi.fn(async () => ['a', 'b'])
  let root: Root | undefined
  await act(async () => {
    root = start(document.body.appendChild(document.createElement('div')), getItems)
  })
  expect(text()).toBe('The catalog is unavailable.Try now')
  act(() => screen.getByRole('button').click())
  expect(text()).toBe('The catalog is unavailable.Try now')
  expect(getItems).not.toHaveBeenCalled()
  await act(async () => catalog.reset())
  expect(text()).toBe('a, b')
  expect(log).not.toHaveBeenCalled()
  act(() => root?.unmount())
})

test('Show all circuits: added, removed and changed circuits are shown', async () => {
  const { StatusPage } = await example<{
    StatusPage: ComponentType<{ registry: CircuitRegistry }>
  }>('Show all circuits')
  const registry = new CircuitRegistry()
  const rows = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  registry.define('search')
  render(<StatusPage registry={registry} />)
  expect(rows()).toEqual(['search is closed'])
  act(() => void registry.define('catalog'))
  act(() => registry.get('search').forceOpen())
  expect(rows()).toEqual(['catalog is closed', 'search is forced_open'])
  act(() => void registry.delete('catalog'))
  expect(rows()).toEqual(['search is forced_open'])
})

interface QueryExample {
  client: QueryClient
  Items: ComponentType<{
    circuit: CircuitBreaker
    getItems: (signal: AbortSignal) => Promise<readonly string[]>
  }>
}

/** An open circuit that may probe when its clock advances by 1 ms. */
function openCircuit() {
  const clock = new ManualClock()
  const circuit = new CircuitBreaker({ name: 'catalog', clock, retry: cooldown(10), probes: 1 })
  circuit.trip()
  return { circuit, clock }
}

test('TanStack Query: the query is rejected once and refetched when the circuit closes', async () => {
  const { client, Items } = await example<QueryExample>('TanStack Query')
  const { circuit } = openCircuit()
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

test('TanStack Query: the refetch is the probe that closes the circuit', async () => {
  const { client, Items } = await example<QueryExample>('TanStack Query')
  const { circuit, clock } = openCircuit()
  const getItems = vi.fn(async () => ['a', 'b'])
  render(
    <QueryClientProvider client={client}>
      <Items circuit={circuit} getItems={getItems} />
    </QueryClientProvider>,
  )
  await screen.findByText('down')
  clock.advance(10)
  await screen.findByText('a, b')
  expect(circuit.state).toBe('closed')
  expect([circuit.rejections, getItems.mock.calls.length]).toEqual([1, 1])
  client.clear()
})

test('Suspense queries: the query runs again when the circuit permits it', async () => {
  const { Page } = await example<{ Page: QueryExample['Items'] }>('Suspense queries')
  vi.spyOn(console, 'error').mockReturnValue() // React logs caught errors
  const client = new QueryClient()
  const { circuit, clock } = openCircuit()
  const getItems = vi.fn(async () => ['a', 'b'])
  render(
    <QueryClientProvider client={client}>
      <Page circuit={circuit} getItems={getItems} />
    </QueryClientProvider>,
  )
  await screen.findByText('down')
  expect([circuit.rejections, getItems.mock.calls.length]).toEqual([1, 0])
  clock.advance(10)
  await screen.findByText('a, b')
  expect(circuit.state).toBe('closed')
  expect([circuit.rejections, getItems.mock.calls.length]).toEqual([1, 1])
  client.clear()
})

test('React Router loaders: the loader runs again when the circuit permits it', async () => {
  const { createRouter } = await example<{
    createRouter: (
      circuit: CircuitBreaker,
      getItems: () => Promise<readonly string[]>,
    ) => ReturnType<typeof createMemoryRouter>
  }>('React Router loaders')
  vi.spyOn(console, 'error').mockReturnValue() // React logs caught errors
  const { circuit, clock } = openCircuit()
  const items = new Deferred<readonly string[]>()
  const getItems = vi.fn(() => items.promise)
  render(<RouterProvider router={createRouter(circuit, getItems)} />)
  await screen.findByText('down')
  expect(getItems).not.toHaveBeenCalled()
  clock.advance(10)
  await screen.findByText('…')
  items.resolve(['a', 'b'])
  await screen.findByText('a, b')
  expect(circuit.state).toBe('closed')
  expect(getItems).toHaveBeenCalledTimes(1)
})

test('Loaders on a server: a rejection becomes a response with Retry-After, which the page recognises', async () => {
  const { loaded, Down } = await example<{
    loaded: <T>(call: Promise<T>) => Promise<T>
    Down: ComponentType
  }>('Loaders on a server')
  vi.spyOn(console, 'error').mockReturnValue() // React logs caught errors
  const { circuit } = openCircuit()
  const loader = () => loaded(circuit.call(async () => 'items'))
  const { query } = createStaticHandler([{ id: 'items', path: '/', loader }])
  const context = await query(new Request('http://localhost/'))
  if (context instanceof Response) throw new Error('the handler returned a response')
  const { retryAt } = circuit.snapshot()
  expect(context.statusCode).toBe(503)
  expect(context.errors?.['items']).toMatchObject({ status: 503, data: { retryAt } })
  expect(context.loaderHeaders['items']?.get('retry-after')).toBe('1')
  const router = createMemoryRouter([
    { path: '/', loader, element: 'items', errorElement: <Down />, hydrateFallbackElement: '…' },
  ])
  render(<RouterProvider router={router} />)
  await screen.findByText('down')
  await expect(loaded(Promise.reject(new TypeError('bug')))).rejects.toThrow(TypeError)
})

interface ServerExample {
  Page: (props: { getItems: () => Promise<readonly string[]> }) => Promise<ReactElement>
  serverCircuits: CircuitRegistry
  circuits: CircuitRegistry
}

test('Server components: both sides show what the server knows, also after the first render', async () => {
  const { Page, serverCircuits, circuits } = await example<ServerExample>(
    'Server components and server rendering',
  )
  const { renderToString } = await import('react-dom/server')
  const { hydrateRoot } = await import('react-dom/client')
  const show = async () => {
    const page: ReactNode = await Page({ getItems: async () => ['a', 'b'] })
    const container = document.createElement('div')
    container.innerHTML = renderToString(page)
    const { innerHTML } = container
    const onRecoverableError = vi.fn()
    const root = await act(async () => hydrateRoot(container, page, { onRecoverableError }))
    expect(onRecoverableError).not.toHaveBeenCalled()
    const { textContent } = container
    act(() => root.unmount())
    return [innerHTML, textContent]
  }
  const [html, shown] = await show()
  expect(html).toBe('<p>a, b</p><button type="button">More</button>')
  expect(shown).toBe('a, bMore')
  serverCircuits.get('catalog').trip()
  expect(circuits.get('catalog').state).toBe('closed')
  const [rejectedHtml, rejected] = await show()
  expect(rejectedHtml).toBe(
    '<p>The catalog is unavailable.</p><button type="button" disabled="">More</button>',
  )
  expect(rejected).toBe('The catalog is unavailable.More')
})

test('A rejection of a server component: the boundary shows the retry time of the server', async () => {
  const { CatalogBoundary } = await example<{
    CatalogBoundary: ComponentType<{
      catalog: CircuitBreaker
      refresh: () => void
      children: ReactNode
    }>
  }>('A rejection of a server component')
  vi.spyOn(console, 'error').mockReturnValue() // React logs caught errors
  const { circuit } = openCircuit()
  const { digest } = await circuit
    .call(() => 1)
    .then(
      () => ({ digest: '' }),
      (error: CallNotPermittedError) => error,
    )
  const retryAt = circuit.snapshot().retryAt ?? 0
  // what React's client makes of it
  let error: Error | undefined = Object.assign(new Error('An error occurred'), { digest })
  function Items(): ReactNode {
    if (error) throw error
    return 'a, b'
  }
  const refresh = vi.fn(() => {
    error = undefined
  })
  render(
    <CatalogBoundary catalog={new CircuitBreaker({ name: 'catalog' })} refresh={refresh}>
      <Items />
    </CatalogBoundary>,
  )
  expect(text()).toBe(
    `The catalog is unavailable.Next try at ${new Date(retryAt).toISOString()}Try again`,
  )
  act(() => screen.getByRole('button').click())
  expect(refresh).toHaveBeenCalledTimes(1)
  expect(text()).toBe('a, b')
})
