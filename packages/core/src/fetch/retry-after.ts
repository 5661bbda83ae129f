/** Matches the three formats of an HTTP date: name of a day, date, time. */
const DATE = /^[a-z]{3,9},? .+\d\d:\d\d:\d\d/i

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP date.
 *
 * @param timestamp Unix ms now, for a date
 * @returns milliseconds of at least 0; undefined for a missing or malformed header
 */
export function parseRetryAfter(header: string | null, timestamp: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  // Date.parse accepts other formats too. The asctime format has no zone, so GMT is appended.
  const date = DATE.test(text) ? Date.parse(`${text.replace(/ GMT$/, '')} GMT`) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - timestamp)
}
