import type { FleetStatus } from './fleet.ts'
import type { Metrics } from './metrics.ts'
import type { RuleReport } from './rule-report.ts'
import type { Cause } from './signal.ts'
import type { State } from './state.ts'

/** A circuit at one moment: a frozen object, the same until something in it changes. */
export interface Snapshot {
  readonly name: string
  readonly state: State
  /** Unix ms at which the circuit entered this state. */
  readonly since: number
  /** Why the circuit is in this state, as its signal said. Absent before the first transition. */
  readonly reason?: string
  /** The cause of the transition to this state. Absent before the first transition. */
  readonly cause?: Cause
  /** The report of the rule that led to this state. */
  readonly report?: RuleReport
  /** Unix ms from which on a call may probe. Only in `open`; absent for `retryNever()`. */
  readonly retryAt?: number
  /** How often the circuit has reopened since it was last closed. */
  readonly reopens: number
  /** The probes succeeded, and the ramp of the permit is under way. Only in `half_open`. */
  readonly healthy: boolean
  readonly metrics: Metrics
  /** Whether a call would be admitted now. When a permit is random: whether it could be. */
  readonly permitted: boolean
  /** What the circuit knows of its fleet. Only with the option `shared`. */
  readonly fleet?: FleetStatus
}
