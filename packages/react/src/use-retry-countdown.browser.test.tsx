import { CircuitBreaker, cooldown } from '@fluxgate/core'
import { act, cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useRetryCountdown } from './use-retry-countdown.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function renderCountdown(circuit: CircuitBreaker) {
  const seconds: (number | undefined)[] = []
  function Countdown() {
    seconds.push(useRetryCountdown(circuit))
    return null
  }
  return { seconds, ...render(<Countdown />) }
}

test('counts whole seconds down to 0 while open, and renders only when the number changes', () => {
  const circuit = new CircuitBreaker({ name: 'payments', retry: cooldown(2_300) })
  const { seconds } = renderCountdown(circuit)
  expect(seconds).toEqual([undefined])
  expect(vi.getTimerCount()).toBe(0)
  act(() => circuit.trip())
  act(() => void vi.advanceTimersByTime(300))
  expect(seconds).toEqual([undefined, 3, 2])
  act(() => void vi.advanceTimersByTime(999))
  expect(seconds).toEqual([undefined, 3, 2])
  act(() => void vi.advanceTimersByTime(1))
  expect(seconds).toEqual([undefined, 3, 2, 1])
  act(() => void vi.advanceTimersByTime(60_000))
  expect(seconds).toEqual([undefined, 3, 2, 1, 0])
  expect(vi.getTimerCount()).toBe(0)
  act(() => circuit.reset())
  expect(seconds).toEqual([undefined, 3, 2, 1, 0, undefined])
})

test('is undefined, without a timer, when there is no retry time', () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  const { seconds } = renderCountdown(circuit)
  act(() => circuit.forceOpen())
  expect(seconds).toEqual([undefined])
  expect(vi.getTimerCount()).toBe(0)
})

test('stops its timer when unmounted', () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  circuit.trip()
  const { unmount } = renderCountdown(circuit)
  expect(vi.getTimerCount()).toBeGreaterThan(0)
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})

test('uses the monotonic clock of the circuit, so that a change of the wall clock has no effect', () => {
  let now = 0
  let timestamp = 1_000
  const clock = { now: () => now, timestamp: () => timestamp }
  const circuit = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(5_000) })
  circuit.trip()
  const { seconds } = renderCountdown(circuit)
  now += 3_000
  timestamp -= 3_600_000
  act(() => void vi.advanceTimersByTime(999))
  expect(seconds).toEqual([5])
  act(() => void vi.advanceTimersByTime(1))
  expect(seconds).toEqual([5, 2])
})

test('uses the timers of the clock when it has some', () => {
  let now = 0
  const timers: (() => void)[] = []
  const clock = {
    now: () => now,
    timestamp: () => now,
    setTimeout: (fn: () => void) => {
      timers.push(fn)
      return () => {}
    },
  }
  const circuit = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(5_000) })
  circuit.trip()
  const { seconds } = renderCountdown(circuit)
  expect(vi.getTimerCount()).toBe(0)
  now += 2_000
  act(() => {
    for (const fire of timers.splice(0)) fire()
  })
  expect(seconds).toEqual([5, 3])
})

test('needs one timer for many components', () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  circuit.trip()
  const Seconds = () => useRetryCountdown(circuit)
  const { rerender } = render(<Seconds />)
  const count = vi.getTimerCount()
  rerender([1, 2, 3].map((key) => <Seconds key={key} />))
  expect(vi.getTimerCount()).toBe(count)
})
