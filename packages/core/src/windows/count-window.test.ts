import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { countWindow } from './count-window.ts'
import { opened, windowContract } from './window.contract.ts'

windowContract({
  name: 'countWindow',
  usual: () => countWindow(100),
  large: () => countWindow(1_000_000),
  small: fc.integer({ min: 1, max: 12 }).map((size) => ({
    window: countWindow(size),
    stepMs: 1,
    bounds: (calls) => {
      const held = Math.min(size, calls.length)
      return { least: held, most: held }
    },
  })),
})

describe('countWindow', () => {
  test('holds the last calls however old they are', () => {
    const counts = opened(countWindow(3))
    counts.record(0, 1, true)
    counts.record(0, 2, true)
    counts.record(86_400_000, 4, false)
    expect(counts.expire(1e15)).toBe(false)
    expect(counts).toMatchObject({ total: 3, failures: 2, durationUs: 7_000 })
    counts.record(1e15, 8, false)
    expect(counts).toMatchObject({ total: 3, failures: 1, durationUs: 14_000 })
  })

  test('of one call is that call', () => {
    const counts = opened(countWindow(1), [5])
    counts.record(0, 9, true)
    counts.record(0, 3, false)
    expect(counts).toMatchObject({ total: 1, failures: 0, durationUs: 3_000, slow: { 5: 0 } })
  })

  test('says what it can hold, and reads back as the call that made it', () => {
    expect(countWindow(250).capacity).toBe(250)
    expect(countWindow(250).toJSON()).toEqual({ type: 'countWindow', args: [250] })
  })
})
