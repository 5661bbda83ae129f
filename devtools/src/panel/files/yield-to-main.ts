/** The longest uninterrupted work in ms. Longer work delays the browser's response to input. */
const SLICE_MS = 10
/** The minimum time between two progress reports in ms. */
const REPORT_MS = 150

/**
 * Splits long work into slices: await the returned function after each small part. Every few
 * milliseconds it returns a promise, and the browser can paint and handle input.
 *
 * @param now Unix ms
 * @param onProgress called before some of these pauses
 * @returns a function that returns `undefined` while the slice has time left
 */
export function createYieldToMain(
  now: () => number,
  onProgress: () => void,
): () => Promise<void> | undefined {
  let sliceStart = now()
  let reportedAt = 0
  return () => {
    const at = now()
    // at < sliceStart: the wall clock was set back
    if (at >= sliceStart && at - sliceStart < SLICE_MS) return undefined
    if (Math.abs(at - reportedAt) > REPORT_MS) {
      reportedAt = at
      onProgress()
    }
    return new Promise((resolve) => {
      setTimeout(() => {
        sliceStart = now()
        resolve()
      })
    })
  }
}
