import { expect, test } from 'vitest'
import { parseRetryAfter } from './requested-delay.ts'

const NOW = Date.UTC(1994, 10, 6, 8, 48, 37)

test.each([
  ['0', 0],
  ['1', 1_000],
  ['120', 120_000],
  [' 007 ', 7_000],
])('parseRetryAfter reads seconds: %j', (header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms)
})

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT'],
  ['Sunday, 06-Nov-94 08:49:37 GMT'],
  ['Sun Nov  6 08:49:37 1994'],
])('parseRetryAfter reads each format of an HTTP date: %j', (header) => {
  expect(parseRetryAfter(header, NOW)).toBe(60_000)
})

test('parseRetryAfter returns 0 for a past date', () => {
  expect(parseRetryAfter('Sun, 06 Nov 1994 08:48:36 GMT', NOW)).toBe(0)
})

test.each([
  null,
  '',
  ' ',
  'soon',
  '-5',
  '+5',
  '1.5',
  '1e3',
  '0x10',
  '5,10',
  '5 seconds',
  'Infinity',
  '1994-11-06T08:49:37Z',
  'May 5',
  'Sun, 99 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994',
])('parseRetryAfter returns undefined for %j', (header) => {
  expect(parseRetryAfter(header, NOW)).toBeUndefined()
})
