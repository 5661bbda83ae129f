import { startTimer } from '../internal/timer.ts'
import type { Clock } from '../model/clock.ts'
import { type Subscribe, sharedSubscription } from './shared-subscription.ts'

/** The key of the intervals that run by global timers. */
const globalTimers = {}

const intervals = new WeakMap<object, Map<number, Subscribe>>()

/**
 * One timer for all subscribers with the same interval, also of several circuits: frameworks commit
 * all updates of one timer callback together.
 */
export function sharedInterval(clock: Clock, ms: number): Subscribe {
  const key = clock.setTimeout ? clock : globalTimers
  const byMs = intervals.get(key) ?? new Map<number, Subscribe>()
  intervals.set(key, byMs)
  const interval = byMs.get(ms) ?? startInterval(clock, ms)
  byMs.set(ms, interval)
  return interval
}

function startInterval(clock: Clock, ms: number): Subscribe {
  return sharedSubscription((notify) => {
    const tick = () => {
      cancel = startTimer(clock, tick, ms) // first, because a subscriber may throw
      notify()
    }
    let cancel = startTimer(clock, tick, ms)
    return () => cancel()
  })
}
