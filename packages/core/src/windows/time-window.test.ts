import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { timeWindow } from './time-window.ts'
import { openCounts, windowContract } from './window.contract.ts'

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
        // one bucket may expire early; the rest of the tolerance is rounding of the clock
        const surelyMs = durationMs - durationMs / buckets - now * 1e-12
        return {
          least: calls.filter(({ at }) => now - at < surelyMs).length,
          most: calls.filter(({ at }) => now - at < durationMs).length,
        }
      },
    })),
})

describe('timeWindow', () => {
  test('evicts expired calls on writing, also while its newest bucket accepts calls', () => {
    const counts = openCounts(timeWindow(1_000, { buckets: 4 }))
    counts.record(0, 1, true)
    counts.record(900, 1, false)
    counts.record(1_000, 1, false)
    expect(counts).toMatchObject({ total: 2, failures: 0 })
  })

  test('evicts no call too early when frequent calls follow rare ones', () => {
    const counts = openCounts(timeWindow(1_000, { buckets: 10 }))
    const rare = Array.from({ length: 8 }, (_, i) => i * 130)
    const frequent = Array.from({ length: 200 }, (_, i) => 950 + i * 10)
    for (const [i, now] of [...rare, ...frequent].entries()) {
      counts.record(now, 1, false)
      const past = [...rare, ...frequent].slice(0, i + 1)
      expect(counts.total).toBeGreaterThanOrEqual(past.filter((at) => now - at < 900).length)
      expect(counts.total).toBeLessThanOrEqual(past.filter((at) => now - at < 1_000).length)
    }
  })

  test('still expires calls after the clock has stepped back', () => {
    const counts = openCounts(timeWindow(1_000, { buckets: 4 }))
    counts.record(100, 1, true)
    counts.expire(1_100)
    expect(counts.total).toBe(0)
    counts.record(101, 1, true)
    expect(counts.total).toBe(1)
    counts.expire(1_101)
    expect(counts.total).toBe(0)
  })

  test('has 20 buckets by default', () => {
    const counts = openCounts(timeWindow(1_000))
    counts.record(0, 1, false)
    counts.record(50, 1, false) // the next bucket
    counts.expire(1_000)
    expect(counts.total).toBe(1)
  })

  test('has an unlimited capacity', () => {
    expect(timeWindow(30_000, { buckets: 10 }).capacity).toBe(Number.POSITIVE_INFINITY)
  })
})
