/** Matches the three formats of an HTTP date: name of a day, date, time. */
const DATE = /^[a-z]{3,9},? .+\d\d:\d\d:\d\d/i

/** A decimal number; NaN for anything else. */
const decimal = (text: string | null | undefined): number =>
  /^\s*(\d+\.?\d*|\.\d+)\s*$/.test(text ?? '') ? Number(text) : Number.NaN

/** Unix ms; NaN for anything but an HTTP date. */
function httpDate(text: string): number {
  // Date.parse accepts other formats too. The asctime format has no zone, so GMT is appended.
  return DATE.test(text) ? Date.parse(`${text.replace(/ GMT$/, '')} GMT`) : Number.NaN
}

/**
 * The delay that a response requests: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date
 * (RFC 9110, section 10.2.3).
 *
 * A date is relative to `Date` plus `Age` if the response has them, so that a wrong clock here has no
 * effect.
 *
 * @param timestamp Unix ms now, for a date in a response without `Date`
 * @returns milliseconds above 0; undefined for a missing or malformed header, zero and past dates
 */
export function requestedDelay(headers: Headers, timestamp: number): number | undefined {
  const header = headers.get('retry-after')?.trim() ?? ''
  const candidates = [decimal(headers.get('retry-after-ms')), decimal(header) * 1_000]
  const sent = Date.parse(headers.get('date') ?? '')
  const now = sent ? sent + (decimal(headers.get('age')) || 0) * 1_000 : timestamp
  return [...candidates, httpDate(header) - now].find((delayMs) => delayMs > 0)
}
