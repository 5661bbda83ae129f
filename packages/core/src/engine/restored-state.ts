import type { Snapshot } from '../model/snapshot.ts'
import type { State } from '../model/state.ts'
import type { ResolvedOptions } from './breaker-options.ts'
import type { CircuitState } from './circuit-state.ts'
import { begin } from './machine.ts'
import { nextProbeDelayMs } from './probe-delay.ts'

const MAX_REASON_LENGTH = 1_000

/**
 * The state in which a circuit starts that is restored at `now` (monotonic ms) and `timestamp` (Unix
 * ms). Windows are empty, and half_open begins anew. An open circuit keeps the time that remains by the
 * wall clock, which may have been changed: at least 0, and at most the delay that was drawn.
 *
 * @param initial checked by {@link checkInitial}
 */
export function restoredState(
  initial: State | Snapshot,
  options: ResolvedOptions,
  now: number,
  timestamp: number,
): CircuitState {
  if (typeof initial === 'string') {
    const entry = { now, since: timestamp, reopens: 0 }
    const begun = begin(initial, entry, options)
    if (initial !== 'open') return begun
    const metrics = begun.window.metrics(now)
    return begin(
      initial,
      { ...entry, delayMs: nextProbeDelayMs(options, 0, undefined, metrics) },
      options,
    )
  }
  const { state, since, retryAt = Infinity, reason, cause } = initial
  const delayMs = Math.max(0, retryAt - Math.max(since, timestamp))
  const reopens = state === 'open' || state === 'half_open' ? initial.reopens : 0
  const origin = { since: timestamp, reopens, cause, reason: reason?.slice(0, MAX_REASON_LENGTH) }
  const restored = begin(state, { ...origin, now, delayMs }, options)
  return state === 'half_open' ? restored : { ...restored, since: Math.min(since, timestamp) }
}
