import type { Metrics } from './metrics.ts'
import type { Outcome } from './outcome.ts'
import type { RuleReport } from './rule-report.ts'
import type { State } from './state.ts'

/**
 * Why a circuit moved: a rule was true, the retry time had come, the probes were through, somebody
 * moved it by hand, or (in metrics_only, where nothing moves) a rule would have opened it.
 */
export type Cause = 'rule' | 'retry' | 'probes' | 'manual' | 'shadow'

/** A state transition, told to every listener after the new state is in force. */
export interface Signal {
  readonly circuitName: string
  readonly oldState: State
  readonly newState: State
  /** Unix ms. */
  readonly timestamp: number
  readonly cause: Cause
  /** In words: `failure rate 62 % ≥ 50 % over 21 calls`. */
  readonly reason: string
  /** The rule tree with its values, when a rule decided. */
  readonly report?: RuleReport
  /** The window just before it was emptied. */
  readonly metrics: Metrics
  /** Unix ms of the next probe, when `newState` is `open` and there will be one. */
  readonly retryAt?: number
}

/** One call, told to listeners that have `onCall`. */
export interface CallEvent {
  readonly circuitName: string
  readonly outcome: Outcome | 'rejected'
  /** From admission to settlement; 0 for a rejected call. */
  readonly durationMs: number
  /** The state that let the call in, or rejected it. */
  readonly state: State
  /** Unix ms at which the call ended. */
  readonly timestamp: number
  /** The state that let it in is over, so that the outcome was recorded nowhere. */
  readonly stale: boolean
  readonly error?: unknown
}
