import { expect, test } from 'vitest'
import { count, counted, measure, milliseconds, percent } from './measure-text.ts'

test('formats ratios, durations and counts with their units', () => {
  expect(percent(0.6201)).toBe('62 %')
  expect(percent(1 / 3)).toBe('33.3 %')
  expect(milliseconds(0.44)).toBe('0.4 ms')
  expect(milliseconds(339.7)).toBe('340 ms')
  expect(milliseconds(1_250)).toBe('1.25 s')
  expect(count(12_040)).toBe('12,040')
  expect([0, 1, 1_200].map((value) => counted(value, 'circuit'))).toEqual([
    '0 circuits',
    '1 circuit',
    '1,200 circuits',
  ])
  expect([measure(0.5, 'ratio'), measure(5, 'count'), measure(500, 'ms')]).toEqual([
    '50 %',
    '5',
    '500 ms',
  ])
})
