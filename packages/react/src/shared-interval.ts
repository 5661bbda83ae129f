import { type Subscribe, sharedSubscription } from './shared-subscription.ts'

const intervals: Record<number, Subscribe> = {}

/**
 * One timer for all subscribers with the same interval.
 *
 * React commits all updates of one timer callback together. Separate timers would cause one commit
 * each.
 */
export function sharedInterval(ms: number): Subscribe {
  intervals[ms] ??= sharedSubscription((notify) => {
    const timer = setInterval(notify, ms)
    return () => clearInterval(timer)
  })
  return intervals[ms]
}
