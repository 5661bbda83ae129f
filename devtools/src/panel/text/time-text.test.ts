import { expect, test } from 'vitest'
import { clockTime, countdown, duration } from './time-text.ts'

test.each([
  [0, '0 ms'],
  [849.6, '850 ms'],
  [999.4, '999 ms'],
  [12_449, '12.4 s'],
  [59_999, '59.9 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
])('formats %d ms as %s', (ms, text) => {
  expect(duration(ms)).toBe(text)
})

test('rounds a countdown up, so that 0 s is never shown early', () => {
  expect(countdown(1)).toBe('1 s')
  expect(countdown(12_001)).toBe('13 s')
  expect(countdown(59_500)).toBe('1 min')
  expect(countdown(61_000)).toBe('1 min 1 s')
})

test('formats the time of day at the requested precision', () => {
  const at = new Date(2026, 2, 4, 9, 5, 7, 40).getTime()
  expect(clockTime(at)).toBe('09:05:07')
  expect(clockTime(at, 1)).toBe('09:05:07.040')
  expect(clockTime(at, 86_400_000)).toBe('03-04')
})
