import { expect, test } from 'vitest'
import { escapeMrkdwn, slackDate } from './mrkdwn.ts'

test('escapes each &, < and > once', () => {
  expect(escapeMrkdwn('<!channel> <https://evil.example|a&b> &lt;')).toBe(
    '&lt;!channel&gt; &lt;https://evil.example|a&amp;b&gt; &amp;lt;',
  )
})

test('formats a date in whole seconds, with UTC as the fallback text', () => {
  expect(slackDate(Date.UTC(2026, 10, 22, 9, 30, 0, 999))).toBe(
    '<!date^1795339800^{date_short_pretty} {time_secs}|2026-11-22 09:30:00 UTC>',
  )
})

test.each([
  ['*bold* and ~gone~', '∗bold∗ and ∼gone∼'],
  ['`code`', 'ˋcodeˋ'],
  ['_it_ __x snake_case_name 결_제', 'ˍitˍ ˍˍx snake_case_name 결_제'],
  ['trailing__ and ___', 'trailingˍˍ and ˍˍˍ'],
  [':fire: :+1: a:b 09:30:00 :', ':\u200bfire: :\u200b+1: a:b 09:\u200b30:00 :'],
])('makes formatting and emoji neutral: %s', (text, escaped) => {
  expect(escapeMrkdwn(text)).toBe(escaped)
})

test.each([
  [0, '<!date^0^{date_short_pretty} {time_secs}|1970-01-01 00:00:00 UTC>'],
  [
    Date.UTC(10_000, 0) - 1,
    '<!date^253402300799^{date_short_pretty} {time_secs}|9999-12-31 23:59:59 UTC>',
  ],
])('formats %d, the first or last time that Slack shows, as a date', (time, text) => {
  expect(slackDate(time)).toBe(text)
})

test.each([
  [-1, '1969-12-31 23:59:59 UTC'],
  [Date.UTC(10_000, 0), '+010000-01-01 00:00:00 UTC'],
  [8.64e15, '+275760-09-13 00:00:00 UTC'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991 ms after 1970'],
  [Number.NaN, 'NaN ms after 1970'],
])('formats the extreme time %d as plain text', (time, text) => {
  expect(slackDate(time)).toBe(text)
})
