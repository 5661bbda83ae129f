import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { type CheckWindowOptions, checkWindow } from '../testing/check-window.ts'
import { seededRandom } from '../testing/seeded-random.ts'
import type { Window } from './window.ts'
import type { WindowCounts } from './window-counts.ts'

/** What the contract needs to know about one kind of window. */
export interface WindowKind {
  readonly name: string
  /** Holds 100 calls of the same time. After an hour and 100 more calls it has evicted them. */
  readonly usual: () => Window
  /** Holds 1,000,000 calls of the same time. */
  readonly large: () => Window
  /** Windows that overflow after a few calls, with bounds for the number of calls they hold. */
  readonly small: fc.Arbitrary<{
    readonly window: Window
    /** Multiples of it hit the bounds of the window exactly. */
    readonly stepMs: number
    readonly bounds: NonNullable<CheckWindowOptions['bounds']>
  }>
}

const slowMs = [2.007, 100, 1_000]

function sums({ total, failures, durationUs, slow }: WindowCounts) {
  return { total, failures, durationUs, slow: { ...slow } }
}

/** Empty counts of a closed epoch. */
export const openCounts = (window: Window, slowThresholdsMs: readonly number[] = []) =>
  window.open({ state: 'closed', circuitName: 'payments', slowThresholdsMs })

/** Tests that every kind of window must pass. */
export function windowContract({ name, usual, large, small }: WindowKind): void {
  describe(`${name} as a window`, () => {
    test('counts failures of any duration, also zero', () => {
      const counts = openCounts(usual())
      counts.record(0, 0, true)
      counts.record(0, 0, false)
      counts.record(0, 1_500, true)
      expect(sums(counts)).toEqual({ total: 3, failures: 2, durationUs: 1_500_000, slow: {} })
    })

    test('counts a call as slow at exactly the threshold, also a fractional one', () => {
      const counts = openCounts(usual(), slowMs)
      for (const durationMs of [2.006, 2.007, 99.999, 100, 999.999, 1_000]) {
        counts.record(0, durationMs, false)
      }
      expect(counts.slow).toEqual({ 2.007: 5, 100: 3, 1000: 1 })
    })

    test('keeps exact sums over a million calls', () => {
      const counts = openCounts(usual(), [1])
      const random = seededRandom(1)
      let now = 0
      for (let i = 0; i < 1_000_000; i++) {
        now += 0.3
        // long calls among short ones: a floating-point sum would round
        counts.record(now, random() * (i % 1_000 === 0 ? 3e6 : 3), (i & 3) === 0)
      }
      const later = now + 3_600_000
      for (let i = 0; i < 100; i++) counts.record(later, 0.1, false)
      expect(sums(counts)).toEqual({ total: 100, failures: 0, durationUs: 10_000, slow: { 1: 0 } })
    }, 60_000)

    test('records a call in constant time', () => {
      const counts = openCounts(large(), [1])
      const deadline = performance.now() + 5_000 // a loop over all calls would take hours
      for (let i = 0; i < 1_020_000; i++) {
        counts.record(0, 1, false)
        if (i % 1_000 === 0 && performance.now() > deadline) break
      }
      expect(counts.total).toBeGreaterThanOrEqual(1_000_000)
    })

    test('keeps the contract for windows of your own', () => {
      const seeds = fc.nat(2 ** 31)
      fc.assert(
        fc.property(small, seeds, ({ window, stepMs, bounds }, seed) =>
          checkWindow(window, { stepMs, bounds, seed }),
        ),
        { numRuns: 30 },
      )
    })
  })
}
