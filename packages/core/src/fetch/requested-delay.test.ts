import { expect, test } from 'vitest'
import { requestedDelay } from './requested-delay.ts'

const NOW = Date.UTC(1994, 10, 6, 8, 48, 37)
const delay = (headers: Record<string, string>) => requestedDelay(new Headers(headers), NOW)
const retryAfter = (value: string) => delay({ 'retry-after': value })

test.each([
  ['1', 1_000],
  ['120', 120_000],
  [' 007 ', 7_000],
  ['1.5', 1_500],
  ['0.25', 250],
  ['.5', 500],
])('requestedDelay reads seconds: %j', (header, ms) => {
  expect(retryAfter(header)).toBe(ms)
})

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT'],
  ['Sunday, 06-Nov-94 08:49:37 GMT'],
  ['Sun Nov  6 08:49:37 1994'],
])('requestedDelay reads each format of an HTTP date: %j', (header) => {
  expect(retryAfter(header)).toBe(60_000)
})

test.each<[string, Record<string, string>, number | undefined]>([
  ['Date', { date: 'Sun, 06 Nov 1994 08:49:07 GMT' }, 30_000],
  ['Date and Age', { date: 'Sun, 06 Nov 1994 08:49:07 GMT', age: '20' }, 10_000],
  ['an Age beyond the date', { date: 'Sun, 06 Nov 1994 08:49:07 GMT', age: '90' }, undefined],
  ['a malformed Age', { date: 'Sun, 06 Nov 1994 08:49:07 GMT', age: 'old' }, 30_000],
  ['a malformed Date', { date: 'soon' }, 60_000],
])('requestedDelay measures a date by %s', (_, headers, ms) => {
  expect(delay({ 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT', ...headers })).toBe(ms)
})

test('requestedDelay prefers retry-after-ms', () => {
  expect(delay({ 'retry-after': '9', 'retry-after-ms': '1500.5' })).toBe(1_500.5)
  expect(delay({ 'retry-after-ms': '250' })).toBe(250)
  expect(delay({ 'retry-after': '9', 'retry-after-ms': 'soon' })).toBe(9_000)
})

test.each([
  '',
  ' ',
  '0',
  '0.0',
  'soon',
  '-5',
  '+5',
  '.',
  '1e3',
  '0x10',
  '5,10',
  '5 seconds',
  'Infinity',
  '1994-11-06T08:49:37Z',
  'May 5',
  'Sun, 99 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994',
  'Sun, 06 Nov 1994 08:48:36 GMT',
])('requestedDelay returns undefined for %j', (header) => {
  expect(retryAfter(header)).toBeUndefined()
})
