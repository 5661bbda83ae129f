import type { Metrics } from './metrics.ts'
import type { Outcome } from './outcome.ts'
import type { RuleReport } from './rule-report.ts'
import type { State } from './state.ts'

/**
 * The cause of a transition.
 *
 * - `rule`: the rule was met.
 * - `retry`: the retry time was reached.
 * - `probes`: the probes decided.
 * - `manual`: a method such as `reset()` was called.
 * - `shadow`: in metrics_only, the rule was met; the state stays the same.
 * - `fleet`: the instances that share the circuit decided.
 */
export type Cause = 'rule' | 'retry' | 'probes' | 'manual' | 'shadow' | 'fleet'

/** A state transition. Listeners receive it after the circuit has entered the new state. */
export interface Signal {
  readonly circuitName: string
  readonly oldState: State
  readonly newState: State
  /** Unix ms. */
  readonly timestamp: number
  readonly cause: Cause
  /** A sentence for people: `failure rate 62 % ≥ 50 % over 21 calls`. */
  readonly reason: string
  /** The rule with its values, when `cause` is `rule` or `shadow`. */
  readonly report?: RuleReport
  /** The metrics of the old state, before its window was emptied. */
  readonly metrics: Metrics
  /** Unix ms of the next probe. Only when `newState` is `open`; absent for `retryNever()`. */
  readonly retryAt?: number
  /**
   * The error of the call that opened the circuit, or would have in metrics_only. Absent after a result
   * or a manual transition. Not enumerable, because it may hold confidential data: JSON omits it.
   */
  readonly error?: unknown
}

/** A settled or rejected call, for listeners with `onCall`. */
export interface CallEvent {
  readonly circuitName: string
  readonly outcome: Outcome | 'rejected'
  /** From admission to settlement; 0 for a rejected call. Absent for a call that was not timed. */
  readonly durationMs?: number
  /** The state that admitted or rejected the call. */
  readonly state: State
  /** Unix ms at which the call ended. */
  readonly timestamp: number
  /** The state that admitted the call has ended, so the outcome was not recorded. */
  readonly stale: boolean
  readonly error?: unknown
}
