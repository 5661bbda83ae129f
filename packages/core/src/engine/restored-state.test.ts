import { describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { State } from '../model/state.ts'
import { retryWhen } from '../policies/retries.ts'

const snapshot = new CircuitBreaker({ name: 'payments' }).snapshot()

describe('the option initial', () => {
  test.each<[State, number]>([
    ['open', 1],
    ['closed', 0],
    ['half_open', 0],
    ['metrics_only', 0],
    ['disabled', 0],
    ['forced_open', 0],
  ])('%s calls the retry schedule %d times', (initial, times) => {
    const delayMs = vi.fn(() => 1_000)
    new CircuitBreaker({ name: 'payments', initial, retry: retryWhen('spy', delayMs) })
    expect(delayMs).toHaveBeenCalledTimes(times)
  })

  test.each<[State, number]>([
    ['open', 5],
    ['half_open', 5],
    ['closed', 0],
    ['metrics_only', 0],
    ['disabled', 0],
    ['forced_open', 0],
  ])('a snapshot of %s with 5 reopens continues with %d', (state, reopens) => {
    const initial = { ...snapshot, state, reopens: 5 }
    expect(new CircuitBreaker({ name: 'payments', initial }).snapshot().reopens).toBe(reopens)
  })

  test('a snapshot without a reason continues without one', () => {
    const { reason: _, ...initial } = { ...snapshot, state: 'forced_open' as const }
    const breaker = new CircuitBreaker({ name: 'payments', initial })
    expect(breaker.snapshot()).toMatchObject({ state: 'forced_open' })
    expect(breaker.snapshot()).not.toHaveProperty('reason')
  })
})
