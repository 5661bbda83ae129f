import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { failureRate, minRequests } from '../policies/trippers.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { timeWindow } from './time-window.ts'
import { opened, windowContract } from './window.contract.ts'

windowContract({
  name: 'timeWindow',
  usual: () => timeWindow(60_000),
  large: () => timeWindow(60_000),
  small: fc
    .record({
      durationMs: fc.constantFrom(0.3, 1, 7.77, 1_000),
      buckets: fc.integer({ min: 1, max: 7 }),
    })
    .map(({ durationMs, buckets }) => ({
      window: timeWindow(durationMs, { buckets }),
      stepMs: durationMs / buckets,
      bounds: (calls, now) => {
        // the clock's own rounding, and no more, on top of the one bucket that may go early
        const surelyMs = durationMs - durationMs / buckets - now * 1e-12
        return {
          least: calls.filter(({ at }) => now - at < surelyMs).length,
          most: calls.filter(({ at }) => now - at < durationMs).length,
        }
      },
    })),
})

describe('timeWindow', () => {
  test('never counts a call that is durationMs old, and forgets none more than a bucket early', () => {
    for (const buckets of [1, 2, 20, 333]) {
      const counts = opened(timeWindow(1_000, { buckets }))
      counts.record(0, 1, true)
      counts.record(999 / buckets, 1, true)
      expect(counts.expire(999.999)).toBe(false)
      expect(counts.total).toBe(2)
      counts.expire(1_000)
      expect(counts.total).toBeLessThanOrEqual(1)
      counts.expire(1_000 + 999 / buckets)
      expect(counts.total).toBe(0)
    }
  })

  test('forgets on writing what is too old, also while its newest bucket has room', () => {
    const counts = opened(timeWindow(1_000, { buckets: 4 }))
    counts.record(0, 1, true)
    counts.record(900, 1, false)
    counts.record(1_000, 1, false)
    expect(counts).toMatchObject({ total: 2, failures: 0 })
  })

  test('forgets none early when few calls are followed by many', () => {
    const counts = opened(timeWindow(1_000, { buckets: 10 }))
    const few = Array.from({ length: 8 }, (_, i) => i * 130)
    const many = Array.from({ length: 200 }, (_, i) => 950 + i * 10)
    for (const [i, now] of [...few, ...many].entries()) {
      counts.record(now, 1, false)
      const past = [...few, ...many].slice(0, i + 1)
      expect(counts.total).toBeGreaterThanOrEqual(past.filter((at) => now - at < 900).length)
      expect(counts.total).toBeLessThanOrEqual(past.filter((at) => now - at < 1_000).length)
    }
  })

  test('a clock that steps back puts no call where none is forgotten any more', () => {
    const counts = opened(timeWindow(1_000, { buckets: 4 }))
    counts.record(100, 1, true)
    counts.expire(1_100)
    expect(counts.total).toBe(0)
    counts.record(101, 1, true)
    expect(counts.total).toBe(1)
    counts.expire(1_101)
    expect(counts.total).toBe(0)
  })

  test('has 20 buckets unless told otherwise', () => {
    expect(timeWindow(1_000).toJSON()).toEqual(timeWindow(1_000, { buckets: 20 }).toJSON())
    const counts = opened(timeWindow(1_000))
    counts.record(0, 1, false)
    counts.record(50, 1, false) // the next bucket
    counts.expire(1_000)
    expect(counts.total).toBe(1)
  })

  test('expires on reading: what is read a window later is empty', async () => {
    const clock = new ManualClock()
    const breaker = new CircuitBreaker({
      name: 'read',
      window: timeWindow(60_000),
      tripper: minRequests(3).and(failureRate(0.5)),
      clock,
    })
    const fail = () => breaker.call(() => Promise.reject(new Error('down'))).catch(() => {})
    await fail()
    await fail()
    expect(breaker.snapshot().metrics).toMatchObject({ total: 2, failures: 2, failureRate: 1 })
    clock.advance(60_000)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 0, failures: 0 })
    expect(breaker.snapshot().metrics.failureRate).toBeUndefined()
  })

  test('expires on writing: the failures of yesterday do not trip today', async () => {
    const clock = new ManualClock()
    const breaker = new CircuitBreaker({
      name: 'write',
      window: timeWindow(60_000),
      tripper: minRequests(3).and(failureRate(0.5)),
      clock,
    })
    const fail = () => breaker.call(() => Promise.reject(new Error('down'))).catch(() => {})
    await fail()
    await fail()
    clock.advance(86_400_000)
    await fail()
    expect(breaker.state).toBe('closed')
    await fail()
    await fail()
    expect(breaker.state).toBe('open')
  })

  test('has no limit of calls, and reads back as the call that made it', () => {
    const window = timeWindow(30_000, { buckets: 10 })
    expect(window.capacity).toBe(Number.POSITIVE_INFINITY)
    expect(window.toJSON()).toEqual({ type: 'timeWindow', args: [30_000, { buckets: 10 }] })
  })
})
