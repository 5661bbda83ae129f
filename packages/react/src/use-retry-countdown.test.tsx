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

function watched(circuit: CircuitBreaker) {
  const seen: (number | undefined)[] = []
  function Countdown() {
    seen.push(useRetryCountdown(circuit))
    return null
  }
  return { seen, ...render(<Countdown />) }
}

test('counts whole seconds down to 0 while the circuit is open, and renders for nothing else', () => {
  const circuit = new CircuitBreaker({ name: 'payments', retry: cooldown(2_300) })
  const { seen } = watched(circuit)
  expect(seen).toEqual([undefined])
  expect(vi.getTimerCount()).toBe(0)
  act(() => circuit.trip())
  act(() => void vi.advanceTimersByTime(300))
  expect(seen).toEqual([undefined, 3, 2])
  act(() => void vi.advanceTimersByTime(999))
  expect(seen).toEqual([undefined, 3, 2])
  act(() => void vi.advanceTimersByTime(1))
  expect(seen).toEqual([undefined, 3, 2, 1])
  act(() => void vi.advanceTimersByTime(60_000))
  expect(seen).toEqual([undefined, 3, 2, 1, 0])
  expect(vi.getTimerCount()).toBe(0)
  act(() => circuit.reset())
  expect(seen).toEqual([undefined, 3, 2, 1, 0, undefined])
})

test('a circuit that never tries again by itself has no countdown and no timer', () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  const { seen } = watched(circuit)
  act(() => circuit.forceOpen())
  expect(seen).toEqual([undefined])
  expect(vi.getTimerCount()).toBe(0)
})

test('leaves no timer behind', () => {
  const circuit = new CircuitBreaker({ name: 'payments' })
  circuit.trip()
  const { unmount } = watched(circuit)
  expect(vi.getTimerCount()).toBe(1)
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})

test('goes by the clock of the circuit', () => {
  const clock = new ManualClock(1_000)
  const circuit = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(5_000) })
  circuit.trip()
  const { seen } = watched(circuit)
  clock.advance(3_000)
  act(() => void vi.advanceTimersByTime(999))
  expect(seen).toEqual([5])
  act(() => void vi.advanceTimersByTime(1))
  expect(seen).toEqual([5, 2])
})
