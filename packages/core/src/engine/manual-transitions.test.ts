import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { Signal } from '../model/signal.ts'
import { tripWhen } from '../policies/trippers.ts'

describe('judge()', () => {
  test('opens a circuit without listeners', () => {
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: tripWhen('always', () => true),
    })
    expect(breaker.judge()).toMatchObject({ met: true })
    expect(breaker.state).toBe('open')
  })

  test('returns the report and makes no transition when the rule itself changed the state', () => {
    const signals: Signal[] = []
    const forceOpen = tripWhen('forces open', () => {
      breaker.forceOpen()
      return true
    })
    const breaker: CircuitBreaker = new CircuitBreaker({
      name: 'payments',
      tripper: forceOpen,
      listeners: [(signal) => void signals.push(signal)],
    })
    expect(breaker.judge()).toMatchObject({ rule: 'forces open', met: true })
    expect(breaker.state).toBe('forced_open')
    expect(signals.map(({ newState }) => newState)).toEqual(['forced_open'])
  })
})

test('trip() moves the next probe of an open circuit without listeners', () => {
  const breaker = new CircuitBreaker({ name: 'payments' })
  breaker.trip({ forMs: 1_000 })
  breaker.trip({ forMs: 60_000 })
  const { since, retryAt = 0 } = breaker.snapshot()
  expect(retryAt - since).toBeGreaterThanOrEqual(60_000)
})
