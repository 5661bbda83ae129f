import type { TimerClock } from '../clock.ts'

/** A timer that fires later than this, in ms, shows that the process was stalled. */
const STALL_MS = 10

/**
 * Rejects when the store has not answered within `timeoutMs`. A stalled process may not have read an
 * answer that has arrived. So a late timer is set once more, for the time by which it was late.
 */
export function timeLimit(
  clock: TimerClock,
  timeoutMs: number,
): { readonly reached: Promise<never>; readonly cancel: () => void } {
  let cancel = () => {}
  const reached = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`fleet: the store did not answer within ${timeoutMs} ms`))
    const dueAt = clock.now() + timeoutMs
    cancel = clock.setTimeout(() => {
      const lateMs = Math.min(timeoutMs, clock.now() - dueAt)
      if (lateMs <= STALL_MS) fail()
      else cancel = clock.setTimeout(fail, lateMs)
    }, timeoutMs)
  })
  return { reached, cancel: () => cancel() }
}
