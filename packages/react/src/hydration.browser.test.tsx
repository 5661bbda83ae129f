import { CircuitRegistry, type Snapshot } from '@fluxgate/core'
import { act } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { CircuitProvider } from './circuit-provider.ts'
import { useCircuit } from './use-circuit.ts'
import { useRetryCountdown } from './use-retry-countdown.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** Renders on a server whose circuit is open, and hydrates in a browser whose circuit is closed. */
async function hydrate(
  withSnapshots: boolean,
  change: (browser: CircuitRegistry) => void = () => {},
) {
  const server = new CircuitRegistry()
  const browser = new CircuitRegistry()
  server.define('catalog').trip({ forMs: 60_000 })
  browser.define('catalog')
  change(browser)
  const snapshots = withSnapshots
    ? (JSON.parse(JSON.stringify([...server].map((one) => one.snapshot()))) as Snapshot[])
    : undefined
  const seen: string[] = []
  function Shown() {
    const { ready, state, permitted, since, retryAt, metrics } = useCircuit('catalog', {
      metrics: true,
    })
    const seconds = useRetryCountdown('catalog')
    const times = `${since !== undefined} ${retryAt !== undefined} ${metrics.total} ${seconds}`
    const text = `${ready} ${state} ${permitted} ${times}`
    seen.push(text)
    return <p>{text}</p>
  }
  const page = (registry: CircuitRegistry) => (
    <CircuitProvider registry={registry} snapshots={snapshots}>
      <Shown />
    </CircuitProvider>
  )
  const container = document.body.appendChild(document.createElement('div'))
  container.innerHTML = renderToString(page(server))
  const html = container.textContent
  seen.length = 0
  const errors: unknown[] = []
  const log = vi.spyOn(console, 'error').mockImplementation((...args) => void errors.push(args))
  const root = await act(async () =>
    hydrateRoot(container, page(browser), {
      onRecoverableError: (error) => void errors.push(error),
    }),
  )
  log.mockRestore()
  cleanups.push(
    () => act(() => root.unmount()),
    () => container.remove(),
  )
  return { html, seen, errors, text: () => container.textContent }
}

test('without snapshots both sides render one neutral view first, although the server is in an outage', async () => {
  const { html, seen, errors, text } = await hydrate(false)
  expect(html).toBe('false undefined true false false 0 undefined')
  expect(seen[0]).toBe(html)
  expect(errors).toEqual([])
  expect(text()).toBe('true closed true true false 0 undefined')
})

test('without snapshots an open circuit of the browser is shown after the first render', async () => {
  const { seen, errors, text } = await hydrate(false, (browser) =>
    browser.get('catalog').forceOpen(),
  )
  expect(seen[0]).toBe('false undefined true false false 0 undefined')
  expect(errors).toEqual([])
  expect(text()).toBe('true forced_open false true false 0 undefined')
})

test("with snapshots both sides render the server's circuit first", async () => {
  const { html, seen, errors, text } = await hydrate(true)
  expect(html).toBe('true open false true true 0 undefined')
  expect(seen[0]).toBe(html)
  expect(errors).toEqual([])
  expect(text()).toBe('true closed true true false 0 undefined')
})
