/** Work that goes on for longer than this at once is felt. */
const SLICE_MS = 15
/** To tell more often how far it has come only makes it longer. */
const TELL_MS = 150

/**
 * For long work, to be awaited after each little part of it: every few milliseconds the browser
 * gets its turn to draw and to take what the reader does.
 *
 * @param now Unix ms
 * @param tell called now and then before such a turn
 */
export function breather(now: () => number, tell: () => void): () => Promise<void> | undefined {
  let since = now()
  let told = 0
  return () => {
    const at = now()
    // below 0 somebody has set the clock
    if (at >= since && at - since < SLICE_MS) return undefined
    if (Math.abs(at - told) > TELL_MS) {
      told = at
      tell()
    }
    return new Promise((resolve) => {
      setTimeout(() => {
        since = now()
        resolve()
      })
    })
  }
}
