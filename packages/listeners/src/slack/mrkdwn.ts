/**
 * Characters that look like the formatting characters of Slack, which has no escape for these. An
 * invisible character beside them does not help: some places treat it as the boundary of a word.
 */
const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', '~': '∼', '`': 'ˋ', _: 'ˍ' }

/**
 * Escapes untrusted text for a Slack message, so that it cannot mention, link, format or show an emoji.
 *
 * Slack has no escape for `*`, `~`, backticks and `_` at the edge of a word: similar characters take
 * their place. The name of an emoji is cut by an invisible space.
 *
 * @example
 * escapeMrkdwn('<!channel> & co') // '&lt;!channel&gt; &amp; co'
 */
export function escapeMrkdwn(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*~`]|(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (found) =>
      [...found].map((character) => LOOKALIKES[character]).join(''),
    )
    .replace(/:(?=[\p{L}\p{N}_+'-]+:)/gu, ':\u200b')
}

/** Slack's clients show dates up to the year 9999. */
const MAX_SLACK_DATE = Date.UTC(10_000, 0) - 1

/**
 * A date that Slack shows in the time zone of each reader. Clients that cannot do so show UTC. A time
 * before 1970 or after the year 9999 is plain text.
 *
 * @param timestamp Unix ms
 * @example
 * slackDate(signal.timestamp) // '<!date^1795339800^{date_short_pretty} {time_secs}|2026-11-22 09:30:00 UTC>'
 */
export function slackDate(timestamp: number): string {
  const seconds = Math.floor(timestamp / 1_000)
  const date = new Date(seconds * 1_000)
  if (Number.isNaN(date.getTime())) return `${timestamp} ms after 1970`
  const utc = `${date.toISOString().replace('T', ' ').replace('.000Z', '')} UTC`
  if (timestamp < 0 || timestamp > MAX_SLACK_DATE) return utc
  return `<!date^${seconds}^{date_short_pretty} {time_secs}|${utc}>`
}
