/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP date.
 *
 * @param timestamp Unix ms now, for a date
 * @returns milliseconds of at least 0; undefined when there is none or it cannot be read
 */
export function parseRetryAfter(header: string | null, timestamp: number): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  // Date.parse takes much that is no HTTP date: `1.5`, `-3`
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - timestamp)
}
