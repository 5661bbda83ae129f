import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { admitAll } from '../policies/permits.ts'
import { cooldown } from '../policies/retries.ts'
import { serviceError } from '../policies/trackers.ts'
import { failureRate, minRequests } from '../policies/trippers.ts'
import { countWindow } from '../windows/count-window.ts'

describe('the default options', () => {
  test('equal the documented defaults', () => {
    expect(new CircuitBreaker({ name: 'default' }).toJSON()).toEqual({
      name: 'default',
      window: countWindow(100).toJSON(),
      tracker: serviceError().toJSON(),
      tripper: minRequests(10).and(failureRate(0.5)).toJSON(),
      retry: cooldown(30_000, { jitter: 0.1 }).toJSON(),
      permit: admitAll().toJSON(),
      probes: 3,
      probeLeaseMs: 60_000,
    })
  })

  test('open after 10 calls when half of them fail', () => {
    const breaker = new CircuitBreaker({ name: 'default' })
    for (let i = 0; i < 5; i++) breaker.acquire().success()
    for (let i = 0; i < 5; i++) breaker.acquire().failure(new Error('down'))
    expect(breaker.state).toBe('open')
  })
})

test('a breaker outside of a registry is not defined', () => {
  expect(new CircuitBreaker({ name: 'default' }).defined).toBe(false)
})
