import { type Subscribe, sharedSubscription } from './shared-subscription.ts'

const beats: Record<number, Subscribe> = {}

/**
 * A timer for all who renew something every `ms`: what they change in one turn is one commit, where
 * a timer for each would make it one commit each.
 */
export function beatOf(ms: number): Subscribe {
  beats[ms] ??= sharedSubscription((tell) => {
    const timer = setInterval(tell, ms)
    return () => clearInterval(timer)
  })
  return beats[ms]
}
