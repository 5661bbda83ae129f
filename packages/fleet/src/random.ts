/** 0 to below 1. */
export const systemRandom = (): number => Math.random()

/** An id of letters and digits. `crypto.randomUUID` is missing on pages without TLS. */
export function randomId(random: () => number): string {
  const part = () => Math.floor(random() * 0x100000000).toString(36)
  return `i${part()}${part()}`
}
