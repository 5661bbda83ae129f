/** What the address of the page can change: `?cooldown=1500&rate=20`. */
const query = new URLSearchParams(globalThis.location?.search)

/** What is wrong with the address, for the page to show. */
export const complaints: string[] = []

/** How long an open circuit waits before it probes, ms. */
export const cooldownMs = numberFrom('cooldown', 5_000, 100, 600_000)

/** Calls per second that the page starts with. */
export const initialRate = numberFrom('rate', 12, 0, 30)

function numberFrom(name: string, initial: number, min: number, max: number): number {
  const text = query.get(name)
  if (text === null) return initial
  const value = Number(text)
  if (text.trim() !== '' && value >= min && value <= max) return value
  complaints.push(
    `?${name} must be a number from ${min} to ${max}, not ${JSON.stringify(text)}; it is ${initial} now.`,
  )
  return initial
}
