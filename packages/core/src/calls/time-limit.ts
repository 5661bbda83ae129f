import type { Clock } from '../model/clock.ts'

/** How late a timer may fire, in ms, before the process counts as stalled. */
const MAX_LATENESS_MS = 10

/**
 * Calls `onTimeout` after `ms`, until the returned function is called.
 *
 * When the timer fires late, the process was stalled: a blocked event loop, a stopped container, a
 * sleeping laptop. The answer may have arrived in the meantime. The timer is then set once more, for
 * the time by which it was late and at most `ms`.
 */
export function startTimeLimit(clock: Clock, ms: number, onTimeout: () => void): () => void {
  const { now, start } = timerOf(clock)
  const dueAt = now() + ms
  let cancel = start(() => {
    const lateMs = now() - dueAt
    if (lateMs > MAX_LATENESS_MS) cancel = start(onTimeout, Math.min(lateMs, ms))
    else onTimeout()
  }, ms)
  return () => cancel()
}

/** The timer of the clock; without one, the timer of the platform and the clock that it follows. */
function timerOf(clock: Clock) {
  return {
    now: () => (clock.setTimeout ? clock : performance).now(),
    start: (fn: () => void, ms: number): (() => void) => {
      if (clock.setTimeout) return clock.setTimeout(fn, ms)
      const timer = setTimeout(fn, ms)
      return () => clearTimeout(timer)
    },
  }
}
