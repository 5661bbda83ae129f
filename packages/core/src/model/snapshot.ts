import type { Metrics } from './metrics.ts'
import type { State } from './state.ts'

/** A circuit at one moment: a frozen object, the same until something in it changes. */
export interface Snapshot {
  readonly name: string
  readonly state: State
  /** Unix ms at which the circuit entered this state. */
  readonly since: number
  /** Unix ms from which on a call may probe. Only in `open`; absent for `retryNever()`. */
  readonly retryAt?: number
  /** How often the circuit has reopened since it was last closed. */
  readonly reopens: number
  readonly metrics: Metrics
  /** Whether a call would be admitted now. When a permit is random: whether it could be. */
  readonly permitted: boolean
}
