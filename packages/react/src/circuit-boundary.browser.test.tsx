import { admitRandom, CircuitBreaker, cooldown, isCallNotPermitted } from '@fluxgate/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, useEffect, useState } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CircuitBoundary } from './circuit-boundary.ts'

let circuit: CircuitBreaker
let attempts: number

beforeEach(() => {
  vi.useFakeTimers()
  // React logs every error that a boundary catches, and the browser reports it
  vi.spyOn(console, 'error').mockReturnValue()
  window.addEventListener('error', preventDefault)
  circuit = new CircuitBreaker({ name: 'payments', retry: cooldown(10_000), probes: 1 })
  attempts = 0
})
afterEach(() => {
  cleanup()
  window.removeEventListener('error', preventDefault)
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const preventDefault = (event: Event) => event.preventDefault()

/** Acquires a permission in rendering, as a component that reads a guarded resource does. */
function Payments() {
  attempts++
  circuit.acquire().success()
  return <p>paid</p>
}

function page(children: ReactNode = <Payments />) {
  return (
    <CircuitBoundary
      circuit={circuit}
      fallback={({ retryAt, retry }) => (
        <button type="button" onClick={retry}>
          {retryAt === undefined ? 'down' : `down until ${retryAt}`}
        </button>
      )}
    >
      {children}
    </CircuitBoundary>
  )
}

class OuterBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {}
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    return 'error' in this.state ? `outer caught ${this.state.error}` : this.props.children
  }
}

const text = () => document.body.textContent?.trim()
const click = () => act(() => screen.getByRole('button').click())

test('shows the children and does not subscribe while nothing is thrown', () => {
  const subscribe = vi.spyOn(circuit, 'subscribe')
  render(page())
  expect(text()).toBe('paid')
  expect(subscribe).not.toHaveBeenCalled()
})

test('shows the fallback until the retry time, then the children', () => {
  circuit.trip()
  render(page(), { wrapper: StrictMode })
  expect(text()).toBe(`down until ${Date.now() + 10_000}`)
  const before = attempts
  act(() => void vi.advanceTimersByTime(9_999))
  expect(attempts).toBe(before)
  act(() => void vi.advanceTimersByTime(1))
  expect(text()).toBe('paid')
  expect(circuit.state).toBe('closed')
  expect(vi.getTimerCount()).toBe(0)
})

test('shows the children after a manual transition', () => {
  circuit.trip()
  render(page())
  act(() => circuit.reset())
  expect(text()).toBe('paid')
})

test('shows the children when the circuit recovered before the fallback was mounted, each time', () => {
  const [error] = rejection()
  circuit.reset()
  // True until the fallback is mounted: before that, React renders children that throw twice.
  let throws = false
  let fallbacks = 0
  function Child() {
    if (throws) throw error
    return <p>paid</p>
  }
  function Down() {
    useEffect(() => {
      fallbacks++
      throws = false
    })
    return 'down'
  }
  const pageOf = () => (
    <CircuitBoundary circuit={circuit} fallback={() => <Down />}>
      <Child />
    </CircuitBoundary>
  )
  const { rerender } = render(pageOf())
  for (let time = 1; time <= 3; time++) {
    throws = true
    rerender(pageOf())
    expect([text(), fallbacks]).toEqual(['paid', time])
  }
})

test('shows the fallback in half-open for growing pauses when a permit rejects at random', () => {
  let random = 0.9
  circuit = new CircuitBreaker({
    name: 'payments',
    permit: admitRandom(0.5),
    probes: 1,
    random: () => random,
  })
  circuit.halfOpen()
  const { unmount } = render(page())
  unmount()
  expect(vi.getTimerCount()).toBe(0)
  const before = circuit.rejections
  render(page())
  const perAttempt = circuit.rejections - before
  let expected = circuit.rejections
  for (const ms of [5_000, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    act(() => void vi.advanceTimersByTime(ms - 1))
    expect(text()).toBe('down')
    expect(circuit.rejections).toBe(expected)
    act(() => void vi.advanceTimersByTime(1))
    expected += perAttempt
    expect(circuit.rejections).toBe(expected)
  }
  random = 0.1
  act(() => void vi.advanceTimersByTime(60_000))
  expect(text()).toBe('paid')
})

test('does not swap fallback and children when other callers probe in half-open', async () => {
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  let random = 0.9
  let shown = 0
  circuit = new CircuitBreaker({
    name: 'payments',
    permit: admitRandom(0.5),
    probes: 1,
    random: () => random,
  })
  circuit.halfOpen()
  function Items() {
    const [thrown, setThrown] = useState<{ error: unknown }>()
    useEffect(() => {
      shown++
      circuit.call(async () => 1).catch((error: unknown) => setThrown({ error }))
    }, [])
    if (thrown) throw thrown.error
    return <p>…</p>
  }
  await act(async () => void render(page(<Items />)))
  expect(text()).toBe('down')
  for (let i = 0; i < 20; i++) {
    random = 0.1
    const probe = circuit.acquire()
    random = 0.9
    await act(async () => void vi.advanceTimersByTime(100))
    probe.release()
    await act(async () => void vi.advanceTimersByTime(100))
    expect(text()).toBe('down')
  }
  expect(shown).toBe(1)
})

test('retry() does nothing while the circuit is open', () => {
  circuit.trip()
  render(page())
  const before = attempts
  const rejections = circuit.rejections
  click()
  expect([attempts, circuit.rejections]).toEqual([before, rejections])
  circuit.metricsOnly()
  cleanup()
  circuit.forceOpen()
  render(page())
  expect(text()).toBe('down')
  click()
  expect(text()).toBe('down')
})

test('retry() shows the children when the circuit would admit a call', () => {
  const [error] = rejection()
  circuit.reset()
  let cached = true
  function Cached() {
    if (cached) throw error
    return <p>paid</p>
  }
  render(page(<Cached />))
  cached = false
  expect(text()).toMatch(/^down/)
  click()
  expect(text()).toBe('paid')
})

test('does not loop when the children always throw a cached rejection', () => {
  const [error] = rejection()
  let thrown = 0
  function Cached(): ReactNode {
    thrown++
    throw error
  }
  render(page(<Cached />))
  const perAttempt = thrown
  const isIdle = () => {
    const before = thrown
    act(() => void vi.advanceTimersByTime(60_000))
    return thrown === before
  }
  act(() => void vi.advanceTimersByTime(10_000))
  expect(text()).toMatch(/^down/)
  expect(thrown).toBeLessThanOrEqual(2 * perAttempt)
  expect(isIdle()).toBe(true)
  act(() => circuit.reset())
  expect(text()).toBe('down')
  expect(thrown).toBeLessThanOrEqual(3 * perAttempt)
  expect(isIdle()).toBe(true)
  click()
  expect(thrown).toBeLessThanOrEqual(4 * perAttempt)
})

test('shows the children when the probe of a half-open circuit succeeds', () => {
  circuit.trip()
  vi.advanceTimersByTime(10_000)
  const probe = circuit.acquire()
  render(page())
  expect(text()).toBe('down')
  act(() => void vi.advanceTimersByTime(1_000))
  expect(text()).toBe('down')
  act(() => probe.success())
  expect(text()).toBe('paid')
})

test('propagates rejections of other circuits, other errors and a thrown undefined', () => {
  const other = new CircuitBreaker({ name: 'catalog' })
  other.forceOpen()
  for (const cause of [() => other.acquire(), () => raise(new TypeError('bug')), () => raise()]) {
    function Broken(): ReactNode {
      cause()
      return null
    }
    render(<OuterBoundary>{page(<Broken />)}</OuterBoundary>)
  }
  expect(text()).toBe(
    `outer caught CallNotPermittedError: circuit "catalog" is forced_open, the call was not sent` +
      `outer caught TypeError: bugouter caught undefined`,
  )
})

test('shows the children when it gets another circuit', () => {
  circuit.forceOpen()
  const { rerender } = render(page())
  expect(text()).toBe('down')
  circuit = new CircuitBreaker({ name: 'catalog' })
  rerender(page())
  expect(text()).toBe('paid')
})

test('stops its timer when unmounted while the fallback is shown', () => {
  circuit.trip()
  const { unmount } = render(page())
  expect(vi.getTimerCount()).toBe(1)
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})

function rejection(): [unknown] {
  circuit.trip()
  try {
    circuit.acquire()
  } catch (error) {
    expect(isCallNotPermitted(error)).toBe(true)
    return [error]
  }
  throw new Error('the circuit admitted the call')
}

function raise(error?: unknown): never {
  throw error
}
