import type { FleetStatus } from '@fluxgate/core'

// What an instance and a store exchange. Times do not travel, only durations: the clocks of hosts may
// differ by hours. A duration that starts now is counted from the store's own clock.

/** The version of the messages. A store ignores reports of another one, an instance ignores news. */
export const FORMAT = 1

/** The longest duration that travels, in ms: 30 days. A longer one, and `Infinity`, is {@link NEVER}. */
export const MAX_MS = 2_592_000_000
/** The `forMs` and `delayMs` of a circuit that never probes. */
export const NEVER = -1

/** The state that the instances share. `recovering`: the probes succeeded, all instances ramp up. */
export type FleetState = FleetStatus['state']

/**
 * What happened to the circuit of one instance.
 *
 * - `none`: nothing; the report carries counts, asks for the lease, or only asks for the state.
 * - `opened`: the rule was met, or the probes failed. In open, it counts only under the current lease;
 *   otherwise it is a vote for the quorum.
 * - `opened_wide`: a rule over the sums of all instances was met.
 * - `healthy`: the probes under the current lease succeeded, and a ramp begins.
 * - `closed`: the probes under the current lease succeeded, or the ramp ended. Withdraws the vote.
 * - `withdrawn`: withdraws the vote: the circuit of this instance was moved manually.
 * - `released`: gives the lease back unused.
 * - `left`: the instance goes: withdraws its vote and its lease.
 * - `trip`, `reset`, `force_open`, `disable`, `metrics_only`: an operator moves the circuit of all.
 */
export const REPORT_EVENTS = [
  'none',
  'opened',
  'opened_wide',
  'healthy',
  'closed',
  'withdrawn',
  'released',
  'left',
  'trip',
  'reset',
  'force_open',
  'disable',
  'metrics_only',
] as const
export type ReportEvent = (typeof REPORT_EVENTS)[number]

/** What one instance says about one circuit. All fields are always present. */
export interface Report {
  readonly format: typeof FORMAT
  readonly name: string
  readonly event: ReportEvent
  /** For `opened`, `opened_wide` and `trip`: ms until the circuit probes, or {@link NEVER}. */
  readonly delayMs: number
  /** How often the circuit has reopened, as the instance knows it. Used when the store is empty. */
  readonly reopens: number
  /** A sentence for people; at most 200 characters, may be empty. */
  readonly reason: string
  /** The incarnation of the store that the instance knows; empty before the first answer. */
  readonly life: string
  /** The version that the instance knows under `life`. */
  readonly version: number
  /** The number of the lease under which the instance probes or probed; 0 for none. */
  readonly fence: number
  /** Requests the lease, or extends the one with the number `fence`. */
  readonly wantsLease: boolean
  /** Duration of a lease in ms. */
  readonly leaseMs: number
  /** How long before the circuit is due the lease is given, in ms. */
  readonly aheadMs: number
  /** Probes recorded under `fence` since the last report, and successes among them. */
  readonly probed: number
  readonly succeeded: number
  /** Instances that must agree: a whole number from 1, or a share below 1 of the live instances. */
  readonly quorum: number
  /** An instance that was not heard of for so long, in ms, is not live. */
  readonly liveMs: number
  /** The length of the shared window in ms; 0 when the circuit shares no counts. */
  readonly windowMs: number
  /** Recorded calls since the last report, and failures among them. */
  readonly total: number
  readonly failures: number
}

/** A change, as the store publishes it. */
export interface News {
  readonly format: typeof FORMAT
  readonly name: string
  /** Identifies one incarnation of the store. An emptied store has another one. */
  readonly life: string
  /** Grows by one with each change of `state` or of the delay. */
  readonly version: number
  readonly state: FleetState
  /** Only for open: ms until the circuit is due; 0 when it is, {@link NEVER} when it never will be. */
  readonly forMs: number
  readonly reopens: number
  /** The instance that caused this version. Empty for a circuit that never changed. */
  readonly by: string
  /** Why, as a sentence for people; may be empty. */
  readonly reason: string
  /** The number of the last lease. Only grows, also when the store was emptied. */
  readonly fence: number
  /** The instance that holds the lease; empty for none. */
  readonly holder: string
  /** What is left of the lease in ms from now; 0 for none. It lasts from when the circuit is due. */
  readonly leaseMs: number
  /** Probes recorded since the circuit opened under leases that were valid, and successes among them. */
  readonly probed: number
  readonly succeeded: number
}

/** The answer to a report. */
export interface Answer extends News {
  /** Live instances whose vote to open stands. */
  readonly reporters: number
  /** Live instances, this one included. */
  readonly instances: number
  /** Live instances that reported a failed call within `liveMs`. */
  readonly failing: number
  /** Calls of all instances in the shared window, and failures among them. */
  readonly total: number
  readonly failures: number
}
