// @vitest-environment happy-dom
import { admitRandom, CircuitBreaker, cooldown, isCallNotPermitted } from '@fluxgate/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { Component, type ReactNode, StrictMode, useEffect } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CircuitBoundary } from './circuit-boundary.ts'

let circuit: CircuitBreaker
let attempts: number

beforeEach(() => {
  vi.useFakeTimers()
  // React says of every error that a boundary caught it, and the browser that it was thrown
  vi.spyOn(console, 'error').mockReturnValue()
  window.addEventListener('error', prevent)
  circuit = new CircuitBreaker({ name: 'payments', retry: cooldown(10_000), probes: 1 })
  attempts = 0
})
afterEach(() => {
  cleanup()
  window.removeEventListener('error', prevent)
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const prevent = (event: Event) => event.preventDefault()

/** Takes the circuit's permission to render, as a component that reads a guarded resource does. */
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

class Outer extends Component<{ children: ReactNode }, { error?: unknown }> {
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

test('nothing thrown, nothing caught, nobody listens', () => {
  const subscribe = vi.spyOn(circuit, 'subscribe')
  render(page())
  expect(text()).toBe('paid')
  expect(subscribe).not.toHaveBeenCalled()
})

test('the fallback says until when, and the children come back when the time has come', () => {
  circuit.trip()
  render(page(), { wrapper: StrictMode })
  expect(text()).toBe(`down until ${Date.now() + 10_000}`)
  const { length } = Array.from({ length: attempts })
  act(() => void vi.advanceTimersByTime(9_999))
  expect(attempts).toBe(length)
  act(() => void vi.advanceTimersByTime(1))
  expect(text()).toBe('paid')
  expect(circuit.state).toBe('closed')
  expect(vi.getTimerCount()).toBe(0)
})

test('the children come back when the circuit leaves open by hand', () => {
  circuit.trip()
  render(page())
  act(() => circuit.reset())
  expect(text()).toBe('paid')
})

test('a circuit that has recovered before the fallback was seen, time after time', () => {
  const [error] = rejection()
  circuit.reset()
  // until the fallback is on the page: before, React renders again what has thrown
  let late = false
  let caught = 0
  function Late() {
    if (late) throw error
    return <p>paid</p>
  }
  function Caught() {
    useEffect(() => {
      caught++
      late = false
    })
    return 'down'
  }
  const again = () => (
    <CircuitBoundary circuit={circuit} fallback={() => <Caught />}>
      <Late />
    </CircuitBoundary>
  )
  const { rerender } = render(again())
  for (let time = 1; time <= 3; time++) {
    late = true
    rerender(again())
    expect([text(), caught]).toEqual(['paid', time])
  }
})

test('rejected by chance in half-open, it does not try its luck at once, but once a second', () => {
  let chance = 0.9
  circuit = new CircuitBreaker({
    name: 'payments',
    retry: cooldown(10_000),
    permit: admitRandom(0.5),
    random: () => chance,
  })
  circuit.trip()
  vi.advanceTimersByTime(10_000)
  expect(circuit.tryAcquire()).toBeUndefined()
  expect(circuit.snapshot()).toMatchObject({ state: 'half_open', permitted: true })
  render(page()).unmount()
  expect(vi.getTimerCount()).toBe(0)
  const before = circuit.rejections
  render(page())
  const perAttempt = circuit.rejections - before
  let tried = circuit.rejections
  for (const ms of [999, 1, 999, 1]) {
    expect(text()).toBe('down')
    act(() => void vi.advanceTimersByTime(ms))
    if (ms === 1) tried += perAttempt
    expect(circuit.rejections).toBe(tried)
  }
  chance = 0.1
  act(() => void vi.advanceTimersByTime(1_000))
  expect(text()).toBe('paid')
})

test('retry asks the circuit: while it is open nothing is tried', () => {
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

test('retry shows the children where the circuit would let a call through', () => {
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

test('children that throw a cached rejection again and again do not make it loop', () => {
  const [error] = rejection()
  let thrown = 0
  function Cached(): ReactNode {
    thrown++
    throw error
  }
  render(page(<Cached />))
  const perAttempt = thrown
  const idles = () => {
    const before = thrown
    act(() => void vi.advanceTimersByTime(60_000))
    return thrown === before
  }
  act(() => void vi.advanceTimersByTime(10_000))
  expect(text()).toMatch(/^down/)
  expect(thrown).toBeLessThanOrEqual(2 * perAttempt)
  expect(idles()).toBe(true)
  act(() => circuit.reset())
  expect(text()).toBe('down')
  expect(thrown).toBeLessThanOrEqual(3 * perAttempt)
  expect(idles()).toBe(true)
  click()
  expect(thrown).toBeLessThanOrEqual(4 * perAttempt)
})

test('rejected by a half-open circuit whose probe is out: back when it has answered', () => {
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

test('the rejection of another circuit, any other error, and even undefined go on', () => {
  const other = new CircuitBreaker({ name: 'catalog' })
  other.forceOpen()
  for (const cause of [() => other.acquire(), () => raise(new TypeError('bug')), () => raise()]) {
    function Broken(): ReactNode {
      cause()
      return null
    }
    render(<Outer>{page(<Broken />)}</Outer>)
  }
  expect(text()).toBe(
    `outer caught CallNotPermittedError: circuit "catalog" is forced_open, the call was not sent` +
      `outer caught TypeError: bugouter caught undefined`,
  )
})

test('given another circuit, it forgets what the first one rejected', () => {
  circuit.forceOpen()
  const { rerender } = render(page())
  expect(text()).toBe('down')
  circuit = new CircuitBreaker({ name: 'catalog' })
  rerender(page())
  expect(text()).toBe('paid')
})

test('unmounted while it shows the fallback it leaves no timer and no listener', () => {
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
  throw new Error('the circuit let it through')
}

function raise(error?: unknown): never {
  throw error
}
