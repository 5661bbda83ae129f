import { expect, test } from 'vitest'
import { ManualClock } from './manual-clock.ts'

test('stands still until it is told to move, then moves both times alike', () => {
  const clock = new ManualClock(1_000_000)
  expect([clock.now(), clock.timestamp()]).toEqual([0, 1_000_000])
  expect([clock.now(), clock.timestamp()]).toEqual([0, 1_000_000])
  clock.advance(250)
  clock.advance(0.5)
  clock.advance(0)
  expect([clock.now(), clock.timestamp()]).toEqual([250.5, 1_000_250.5])
})

test('starts at the same moment on every machine', () => {
  expect(new Date(new ManualClock().timestamp()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
})

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('does not move by %s', (ms) => {
  const clock = new ManualClock()
  expect(() => clock.advance(ms)).toThrow(RangeError)
  expect(clock.now()).toBe(0)
})
