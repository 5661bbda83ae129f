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
