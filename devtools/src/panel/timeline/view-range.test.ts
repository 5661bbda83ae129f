import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { rulerTicks } from './ruler.ts'
import {
  dragTo,
  fit,
  follow,
  grow,
  initialView,
  panned,
  reveal,
  spanOf,
  zoomed,
} from './timeline-view.ts'
import { timeAt, xOf, zoom } from './view-range.ts'

const NOON = Date.UTC(2026, 0, 1, 12)
const span = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 10, max: 1e9 }))
  .map(([offset, length]) => ({ from: NOON + offset, to: NOON + offset + length }))

test('xOf and timeAt are inverse functions', () => {
  fc.assert(
    fc.property(span, fc.double({ min: 0, max: 2_000, noNaN: true }), (view, x) => {
      expect(xOf(timeAt(x, view, 2_000), view, 2_000)).toBeCloseTo(x, 0)
    }),
  )
})

test('zooming keeps the anchor at its position', () => {
  fc.assert(
    fc.property(
      span,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (view, factor, share) => {
        const anchor = view.from + (view.to - view.from) * share
        const next = zoom(view, factor, anchor)
        expect(xOf(anchor, next, 1_000)).toBeCloseTo(share * 1_000, 0)
        expect(next.to - next.from).toBeGreaterThanOrEqual(9.99)
      },
    ),
  )
})

test('the ruler has round times with enough space for each label', () => {
  fc.assert(
    fc.property(span, fc.integer({ min: 100, max: 3_000 }), (view, width) => {
      const ticks = rulerTicks(view, width)
      expect(ticks.length).toBeLessThanOrEqual(width / 84 + 1)
      for (const [index, { at }] of ticks.entries()) {
        expect(at).toBeGreaterThanOrEqual(view.from)
        expect(at).toBeLessThanOrEqual(view.to)
        const before = ticks[index - 1]
        if (before) expect(xOf(at, view, width) - xOf(before.at, view, width)).toBeGreaterThan(80)
      }
    }),
  )
  expect(rulerTicks({ from: NOON, to: NOON + 1_000 }, 1_000).map(({ at }) => at - NOON)).toEqual([
    0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000,
  ])
})

test('the ruler shows the date at midnight', () => {
  const midnight = new Date(2026, 2, 14).getTime()
  const hour = 3_600_000
  const ticks = rulerTicks({ from: midnight - 2 * hour, to: midnight + 2 * hour }, 400)
  expect(ticks.map(({ label }) => label)).toEqual([
    '22:00:00',
    '23:00:00',
    '03-14',
    '01:00:00',
    '02:00:00',
  ])
})

describe('the timeline view', () => {
  test('follows the current time with a margin on the right', () => {
    const { from, to } = spanOf(initialView, NOON)
    expect([from, to]).toEqual([NOON - 19_200, NOON + 800])
    expect(spanOf(initialView, NOON + 500)).toEqual({ from: from + 500, to: to + 500 })
  })

  test('grows with the recorded time until the user changes its length', () => {
    expect(grow(initialView, 1_000).lengthMs).toBe(20_000)
    expect(grow(initialView, 100_000).lengthMs).toBeCloseTo(115_000)
    expect(grow(initialView, 1e9).lengthMs).toBe(300_000)
    const chosen = zoomed(initialView, NOON, 0.5, NOON)
    expect(grow(chosen, 100_000)).toBe(chosen)
    expect(grow(initialView, 1_000)).toBe(initialView)
  })

  test('keeps following when zoomed, and stops when panned', () => {
    const near = zoomed(initialView, NOON, 0.5, NOON - 5_000)
    expect([near.end, near.lengthMs]).toEqual([undefined, 10_000])
    const past = panned(near, NOON, -0.5)
    expect(spanOf(past, NOON + 60_000)).toEqual({ from: NOON - 14_600, to: NOON - 4_600 })
    expect(follow(past).end).toBeUndefined()
    expect(zoomed(past, NOON, 2, NOON - 4_600).end).toBeCloseTo(NOON - 4_600)
  })

  test('moves to a moment only when that is outside of the view', () => {
    expect(reveal(initialView, NOON, NOON - 10_000)).toBe(initialView)
    const far = reveal(initialView, NOON, NOON - 100_000)
    expect(spanOf(far, NOON)).toEqual({ from: NOON - 110_000, to: NOON - 90_000 })
  })

  test('fits a time range with a margin', () => {
    const all = fit(initialView, { from: NOON, to: NOON + 100_000 })
    expect(spanOf(all, 0)).toEqual({ from: NOON - 4_000, to: NOON + 104_000 })
    expect(dragTo(all, undefined)).toEqual(all)
  })
})
