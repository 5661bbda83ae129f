/**
 * Returns the port in a text, by default 0 (any that is free). The services use the next three.
 *
 * @throws RangeError when it is not a whole number from 0 to 65532
 */
export function parsePort(text = '0'): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535 - 3) return port
  throw new RangeError(
    `PORT must be a whole number from 0 (any that is free) to ${65_535 - 3}, not ${JSON.stringify(text)}`,
  )
}
