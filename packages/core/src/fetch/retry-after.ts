/** A day's name, a date and a time of day, which all three formats of an HTTP date have. */
const DATE = /^[a-z]{3,9},? .+\d\d:\d\d:\d\d/i

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP date.
 *
 * @param timestamp Unix ms now, for a date
 * @returns milliseconds of at least 0; undefined when there is none or it cannot be read
 */
export function parseRetryAfter(header: string | null, timestamp: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  // Date.parse takes much that is no HTTP date, and the oldest format does not say that it is GMT
  const date = DATE.test(text) ? Date.parse(`${text.replace(/ GMT$/, '')} GMT`) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - timestamp)
}
