import { startTimer } from '../internal/timer.ts'
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
  // without a timer of the clock, that of the platform and the clock that it follows
  const now = () => (clock.setTimeout ? clock : performance).now()
  const start = (fn: () => void, delayMs: number) => startTimer(clock, fn, delayMs, false)
  const dueAt = now() + ms
  let cancel = start(() => {
    const lateMs = now() - dueAt
    if (lateMs > MAX_LATENESS_MS) cancel = start(onTimeout, Math.min(lateMs, ms))
    else onTimeout()
  }, ms)
  return () => cancel()
}
