import { CircuitRegistry } from '@fluxgate/core'
import { act, cleanup, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { renderError, shownText, viewRecorder } from '../test/circuit-fixtures.tsx'
import { CircuitBoundary } from './circuit-boundary.ts'
import { CircuitProvider } from './circuit-provider.ts'
import { useRetryCountdown } from './use-retry-countdown.ts'

afterEach(cleanup)

const provide = (registry: CircuitRegistry, children: ReactNode) => (
  <CircuitProvider registry={registry}>{children}</CircuitProvider>
)

test('a component shows the new circuit when its name is deleted and defined again', () => {
  const registry = new CircuitRegistry()
  const { circuit: first } = { circuit: registry.define('payments') }
  const { Shown, views } = viewRecorder('payments')
  render(provide(registry, <Shown />))
  act(() => void registry.delete('payments'))
  expect(shownText()).toBe('closed permitted')
  act(() => registry.define('payments').forceOpen())
  expect(shownText()).toBe('forced_open rejected')
  act(() => first.trip())
  expect(shownText()).toBe('forced_open rejected')
  act(() => {
    registry.delete('payments')
    registry.define('payments')
  })
  expect(shownText()).toBe('closed permitted')
  act(() => registry.get('payments').trip())
  expect(shownText()).toBe('open rejected')
  const before = views.length
  act(() => void registry.define('other'))
  expect(views).toHaveLength(before)
})

test('a countdown and a boundary follow the new circuit too', () => {
  const registry = new CircuitRegistry()
  registry.define('payments')
  const Countdown = () => `${useRetryCountdown('payments')} s`
  const error = { thrown: undefined as unknown }
  function Child() {
    if (error.thrown) throw error.thrown
    return <Countdown />
  }
  const page = () =>
    provide(
      registry,
      <CircuitBoundary circuit="payments" fallback={({ state }) => <p>down: {state}</p>}>
        <Child />
      </CircuitBoundary>,
    )
  const { container, rerender } = render(page())
  act(() => {
    registry.delete('payments')
    registry.define('payments').trip({ forMs: 7_000 })
  })
  expect(container.textContent).toBe('7 s')
  vi.spyOn(console, 'error').mockReturnValue()
  const preventDefault = (event: Event) => event.preventDefault()
  window.addEventListener('error', preventDefault)
  try {
    registry.get('payments').acquire()
  } catch (rejection) {
    error.thrown = rejection
  }
  rerender(page())
  window.removeEventListener('error', preventDefault)
  vi.restoreAllMocks()
  expect(container.textContent).toBe('down: open')
})

test.each(['useCircuit', 'CircuitBoundary'])(
  'a circuit that %s has mounted is not evicted',
  (by) => {
    const registry = new CircuitRegistry({ maxSize: 2, defaults: { onError: () => {} } })
    const circuit = registry.get('payments')
    const { Shown } = viewRecorder('payments')
    const page =
      by === 'useCircuit' ? (
        <Shown />
      ) : (
        <CircuitBoundary circuit="payments" fallback={() => 'down'}>
          up
        </CircuitBoundary>
      )
    const { rerender, unmount } = render(provide(registry, page))
    const addOthers = () => {
      for (let i = 0; i < 400; i++) registry.get(`host ${Math.random()}`).callSync(() => i)
    }
    addOthers()
    expect(registry.has('payments')).toBe(true)
    expect(registry.get('payments')).toBe(circuit)
    rerender(provide(registry, page))
    unmount()
    addOthers()
    expect(registry.has('payments')).toBe(false)
  },
)

test('a lookup is not a use: the registry evicts as if the name had not been looked up', () => {
  const registry = new CircuitRegistry({ maxSize: 2 })
  for (const name of ['a', 'b']) registry.get(name).callSync(() => 1)
  const { Shown } = viewRecorder('a')
  render(provide(registry, <Shown />)).unmount()
  registry.get('c')
  expect([...registry].map(({ name }) => name)).toEqual(['b', 'c'])
})

test('another registry of the provider replaces the circuit', () => {
  const registries = [new CircuitRegistry(), new CircuitRegistry()] as const
  for (const registry of registries) registry.define('payments')
  registries[1].get('payments').forceOpen()
  const { Shown } = viewRecorder('payments')
  const { rerender } = render(provide(registries[0], <Shown />))
  expect(shownText()).toBe('closed permitted')
  rerender(provide(registries[1], <Shown />))
  expect(shownText()).toBe('forced_open rejected')
})

test('an unknown name in a list throws', () => {
  const page = (
    <CircuitBoundary circuit={['orders']} fallback={() => 'down'}>
      up
    </CircuitBoundary>
  )
  expect(renderError(provide(new CircuitRegistry(), page))).toMatch(
    /circuit 'orders' is not in the/,
  )
})
