// @vitest-environment happy-dom
import { CircuitBreaker, cooldown } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
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
  expect(vi.getTimerCount()).toBe(1)
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})

test('uses the clock of the circuit', () => {
  const clock = new ManualClock(1_000)
  const circuit = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(5_000) })
  circuit.trip()
  const { seconds } = renderCountdown(circuit)
  clock.advance(3_000)
  act(() => void vi.advanceTimersByTime(999))
  expect(seconds).toEqual([5])
  act(() => void vi.advanceTimersByTime(1))
  expect(seconds).toEqual([5, 2])
})
