import { expect, test } from 'vitest'
import { ManualClock } from './manual-clock.ts'

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('advance() throws for %s', (ms) => {
  const clock = new ManualClock()
  expect(() => clock.advance(ms)).toThrow(RangeError)
  expect([clock.now(), clock.timestamp()]).toEqual([0, Date.UTC(2026, 0, 1)])
})
