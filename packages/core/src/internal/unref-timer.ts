/**
 * Starts a timer that does not keep a Node process alive.
 *
 * @returns a function that cancels it
 */
export function startUnrefTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms)
  const nodeTimer: { unref?(): void } = Object(timer) // a number in browsers
  nodeTimer.unref?.()
  return () => clearTimeout(timer)
}
