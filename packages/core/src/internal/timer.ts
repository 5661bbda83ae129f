/** What a timer needs of a clock. */
interface TimerClock {
  setTimeout?(callback: () => void, ms: number): () => void
}

/**
 * Calls `callback` after `ms`: by the clock's own timer if it has one, else by a global timer.
 *
 * @param unref the global timer does not keep a Node process alive
 * @returns a function that cancels it
 */
export function startTimer(
  clock: TimerClock,
  callback: () => void,
  ms: number,
  unref = true,
): () => void {
  if (clock.setTimeout) return clock.setTimeout(callback, ms)
  const timer = setTimeout(callback, ms)
  if (unref) (timer as { unref?(): void }).unref?.() // a number in browsers
  return () => clearTimeout(timer)
}
