import fc from '@fluxgate/testkit/fast-check'
import { expect, test } from 'vitest'
import { countWindow } from './count-window.ts'
import { windowContract } from './window.contract.ts'

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

test('the capacity of a countWindow is its size', () => {
  expect(countWindow(250).capacity).toBe(250)
})
