import type { Breathe } from '../protocol/session-file.ts'

/** Work that goes on for longer than this at once is felt. */
const SLICE_MS = 15
/** To tell more often how far it has come only makes it longer. */
const TELL_MS = 150

/**
 * For long work, to be awaited after each little part of it: every few milliseconds the browser
 * gets its turn to draw and to take what the reader does.
 *
 * @param tell called now and then before such a turn
 */
export function breather(tell: () => void): Breathe {
  let since = performance.now()
  let told = since - TELL_MS
  return () => {
    const now = performance.now()
    if (now - since < SLICE_MS) return undefined
    if (now - told > TELL_MS) {
      told = now
      tell()
    }
    return new Promise((resolve) => {
      setTimeout(() => {
        since = performance.now()
        resolve()
      })
    })
  }
}
