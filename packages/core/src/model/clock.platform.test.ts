import { afterEach, describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { systemClock } from './clock.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function openCircuit(forMs = 30_000): CircuitBreaker {
  const breaker = new CircuitBreaker({ name: 'payments' })
  breaker.trip({ forMs })
  return breaker
}

describe('fake timers that are installed after a trip', () => {
  test('reach retryAt when they are advanced, also by a single step', () => {
    const breaker = openCircuit()
    vi.useFakeTimers()
    vi.advanceTimersByTime(30_000)
    expect(breaker.snapshot().permitted).toBe(true)
    expect(breaker.tryAcquire()).toBeDefined()
  })

  test('do not reach retryAt early', () => {
    const breaker = openCircuit()
    vi.useFakeTimers()
    expect(breaker.snapshot().permitted).toBe(false)
    vi.advanceTimersByTime(29_000)
    expect(breaker.snapshot().permitted).toBe(false)
    vi.advanceTimersByTime(1_000)
    expect(breaker.snapshot().permitted).toBe(true)
  })

  test.each([Date.UTC(2020, 0, 1), Date.UTC(2100, 0, 1)])(
    'do not open a circuit early when they start at %d',
    (now) => {
      const breaker = openCircuit()
      vi.useFakeTimers({ now })
      vi.advanceTimersByTime(1_000)
      expect(breaker.snapshot().permitted).toBe(false)
      vi.advanceTimersByTime(30_000)
      expect(breaker.snapshot().permitted).toBe(true)
    },
  )

  test('leave real time unharmed when they are removed', () => {
    vi.useFakeTimers()
    const breaker = openCircuit(1_000)
    vi.advanceTimersByTime(400)
    expect(breaker.snapshot().permitted).toBe(false)
    vi.useRealTimers()
    expect(breaker.snapshot().permitted).toBe(false)
    const before = systemClock.now()
    expect(systemClock.now()).toBeGreaterThanOrEqual(before)
  })
})

test('the default clock goes on from its last reading when performance.now steps back', () => {
  const read = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const start = systemClock.now()
  read.mockReturnValue(400)
  expect(systemClock.now()).toBe(start)
  read.mockReturnValue(450)
  expect(systemClock.now()).toBe(start + 50)
})

test.each([NaN, -Infinity])(
  'the default clock goes on after performance.now returned %d',
  (bad) => {
    const read = vi.spyOn(performance, 'now').mockReturnValue(1_000)
    const start = systemClock.now()
    read.mockReturnValueOnce(bad)
    systemClock.now()
    read.mockReturnValue(1_050)
    expect(systemClock.now()).toBe(start + 50)
  },
)

test('a spy on performance.now does not add time of its own', () => {
  const breaker = openCircuit()
  vi.spyOn(performance, 'now').mockReturnValue(1e9)
  expect(breaker.snapshot().permitted).toBe(false)
})
