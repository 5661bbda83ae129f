/** Settings in the query of the URL: `?cooldown=1500&rate=20`. */
const query = new URLSearchParams(globalThis.location?.search)

/** Errors in the URL, for the page to display. */
export const urlErrors: string[] = []

/** The cooldown of open circuits in ms. */
export const cooldownMs = numberFrom('cooldown', 5_000, 100, 600_000)

/** The initial number of calls per second. */
export const initialRate = numberFrom('rate', 12, 0, 30)

function numberFrom(name: string, initial: number, min: number, max: number): number {
  const text = query.get(name)
  if (text === null) return initial
  const value = Number(text)
  if (text.trim() !== '' && value >= min && value <= max) return value
  urlErrors.push(
    `?${name} must be a number from ${min} to ${max}, not ${JSON.stringify(text)}. The page uses ${initial}.`,
  )
  return initial
}
