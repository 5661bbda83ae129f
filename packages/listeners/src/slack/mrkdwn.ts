/**
 * Escapes untrusted text for a Slack message, so that it cannot mention or link.
 *
 * @example
 * escapeMrkdwn('<!channel> & co') // '&lt;!channel&gt; &amp; co'
 */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/**
 * A date that Slack shows in the time zone of each reader. Clients that cannot do so show UTC.
 *
 * @param timestamp Unix ms
 * @example
 * slackDate(signal.timestamp) // '<!date^1795339800^{date_short_pretty} {time_secs}|2026-11-22 09:30:00 UTC>'
 */
export function slackDate(timestamp: number): string {
  const seconds = Math.floor(timestamp / 1_000)
  const utc = new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ')
  return `<!date^${seconds}^{date_short_pretty} {time_secs}|${utc} UTC>`
}
