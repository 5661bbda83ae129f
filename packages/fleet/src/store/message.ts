import type { FleetStatus } from '@fluxgate/core'

// The messages between an instance and a store. They contain durations and no times, because the
// clocks of hosts may differ by hours. The store counts a duration from its own clock.

/** The version of the messages. Stores and instances ignore messages of another version. */
export const FORMAT = 1

/** The longest duration in a message, in ms: 30 days. {@link NEVER} stands for a longer one. */
export const MAX_MS = 2_592_000_000
/** The `forMs` and `delayMs` of a circuit that never probes. */
export const NEVER = -1

/** The state that the instances share. `recovering`: the probes succeeded, all instances ramp up. */
export type FleetState = FleetStatus['state']

/**
 * What happened to the circuit of one instance.
 *
 * - `none`: nothing; the report has counts, requests the lease, or only requests the state.
 * - `opened`: the rule was met, or the probes failed. In open, it counts only under the current lease;
 *   otherwise it is a vote for the quorum.
 * - `opened_fleet_wide`: a rule over the sums of all instances was met.
 * - `healthy`: the probes under the current lease succeeded, and a ramp begins.
 * - `closed`: the probes under the current lease succeeded, or the ramp ended. Withdraws the vote.
 * - `vote_withdrawn`: withdraws the vote, because the circuit of this instance was moved manually.
 * - `left`: the instance leaves the fleet; withdraws its vote and its lease.
 * - `trip`, `reset`, `force_open`, `disable`, `metrics_only`: an operator moves the circuits of all
 *   instances.
 */
export const REPORT_EVENTS = [
  'none',
  'opened',
  'opened_fleet_wide',
  'healthy',
  'closed',
  'vote_withdrawn',
  'left',
  'trip',
  'reset',
  'force_open',
  'disable',
  'metrics_only',
] as const
export type ReportEvent = (typeof REPORT_EVENTS)[number]

/** The report of one instance about one circuit. All fields are always present. */
export interface Report {
  readonly format: typeof FORMAT
  readonly name: string
  readonly event: ReportEvent
  /** For `opened`, `opened_fleet_wide` and `trip`: ms until the circuit probes, or {@link NEVER}. */
  readonly delayMs: number
  /** How often the circuit has reopened, as the instance knows it. Used when the store is empty. */
  readonly reopens: number
  /** A sentence for people; at most 200 characters, may be empty. */
  readonly reason: string
  /** The incarnation of the store that the instance knows; empty before the first answer. */
  readonly incarnation: string
  /** The version that the instance knows in this incarnation. */
  readonly version: number
  /** The number of the lease under which the instance probes or probed; 0 for none. */
  readonly fence: number
  /** Requests the lease, or extends the one with the number `fence`. */
  readonly requestsLease: boolean
  /** Duration of a lease in ms. */
  readonly leaseMs: number
  /** How long before the circuit is due the store may grant the lease, in ms. */
  readonly leadMs: number
  /** Probes recorded under `fence` since the last report, and successes among them. */
  readonly probed: number
  readonly succeeded: number
  /** Instances that must agree: a whole number from 1, or a share below 1 of the live instances. */
  readonly quorum: number
  /** An instance that has not reported for so long, in ms, is not live. */
  readonly liveMs: number
  /** The length of the shared window in ms; 0 when the circuit shares no counts. */
  readonly windowMs: number
  /** Recorded calls since the last report, and failures among them. */
  readonly total: number
  readonly failures: number
}

/** A change of the shared state or of the lease, as the store publishes it. */
export interface StateUpdate {
  readonly format: typeof FORMAT
  readonly name: string
  /** The id of the store's incarnation. A store that was emptied has another one. */
  readonly incarnation: string
  /** Grows by one with each change of `state` or of the delay. */
  readonly version: number
  readonly state: FleetState
  /** Only for open: ms until the circuit is due; 0 when it is, {@link NEVER} when it never will be. */
  readonly forMs: number
  readonly reopens: number
  /** The id of the instance that caused this version. Empty for a circuit that never changed. */
  readonly by: string
  /** The reason, as a sentence for people; may be empty. */
  readonly reason: string
  /** The fencing token: the number of the last lease. Only grows, also when the store was emptied. */
  readonly fence: number
  /** The id of the instance that holds the lease; empty for none. */
  readonly holder: string
  /** The rest of the lease in ms from now; 0 for none. The lease begins when the circuit is due. */
  readonly leaseMs: number
  /** Probes recorded under valid leases since the circuit opened, and successes among them. */
  readonly probed: number
  readonly succeeded: number
}

/** The answer to a report. */
export interface Answer extends StateUpdate {
  /** Live instances whose vote to open is valid. */
  readonly reporters: number
  /** Live instances, this one included. */
  readonly instances: number
  /** Live instances that reported a failed call within `liveMs`. */
  readonly failing: number
  /** Calls of all instances in the shared window, and failures among them. */
  readonly total: number
  readonly failures: number
}
