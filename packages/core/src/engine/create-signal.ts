import type { Metrics } from '../model/metrics.ts'
import type { Signal } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import type { Transition } from './machine-policy.ts'

export function createSignal(
  circuitName: string,
  oldState: State,
  { to, ...why }: Transition,
  details: { timestamp: number; metrics: Metrics; retryAt: number | undefined; error: unknown },
): Signal {
  const { timestamp, metrics, retryAt, error } = details
  const signal: Signal = {
    circuitName,
    oldState,
    newState: to,
    timestamp,
    ...why,
    metrics,
    ...(retryAt !== undefined && { retryAt }),
  }
  if (error !== undefined && (to === 'open' || why.cause === 'shadow')) {
    Object.defineProperty(signal, 'error', { value: error })
  }
  return Object.freeze(signal)
}
