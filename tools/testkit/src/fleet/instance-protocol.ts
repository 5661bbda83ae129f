import type { Cause, State } from '@fluxgate/core'
import type { ClientKind } from '../redis/redis-clients.ts'

/** How one instance of a service is started: a process whose breakers guard the failing service. */
export interface InstanceConfig {
  readonly index: number
  readonly servicePort: number
  /** Without it, the instance does not share its circuits. */
  readonly fleet?: FleetConfig
  readonly callsPerSecond: number
  /** Breakers in the process, each an instance with a fleet of its own. Default 1. */
  readonly breakers?: number
  readonly cooldownMs: number
  readonly timeoutMs: number
  /** Duration of `rampUp` in ms. Default: no ramp. */
  readonly rampMs?: number
  /** By how much the wall clock of the instance differs from that of the machine. Default 0. */
  readonly clockShiftMs?: number
}

export interface FleetConfig {
  readonly redisPort: number
  readonly client: ClientKind
  readonly prefix: string
  readonly quorum: number
  readonly leaseMs: number
  /** Also evaluates the sums of all instances. Default: no. */
  readonly fleetWide?: { readonly minRequests: number; readonly failureRate: number }
}

/** From the test to an instance. */
export type InstanceCommand =
  | { readonly kind: 'finish' }
  | { readonly kind: 'transition'; readonly to: 'forced_open' | 'disabled' | 'closed' }
  | { readonly kind: 'shift clock'; readonly byMs: number }
  | { readonly kind: 'sample' }

/** From an instance to the test. Times are Unix times in ms of the machine, whatever the shift. */
export type InstanceReport =
  | { readonly kind: 'ready' }
  | SignalReport
  | { readonly kind: 'reachable'; readonly at: number; readonly reachable: boolean }
  | { readonly kind: 'error'; readonly at: number; readonly text: string }
  | SampleReport
  | ({ readonly kind: 'summary' } & InstanceSummary)

export interface SignalReport {
  readonly kind: 'signal'
  readonly breaker: number
  readonly at: number
  readonly from: State
  readonly to: State
  readonly cause: Cause
  readonly reason: string
}

/** The first circuit of an instance now. */
export interface SampleReport {
  readonly kind: 'sample'
  readonly state: State
  readonly cause: Cause | undefined
  readonly reachable: boolean
  readonly fleetState: string
}

export interface InstanceSummary {
  readonly succeeded: number
  readonly failed: number
  readonly rejected: number
  /** Calls that were neither started nor rejected before the event loop went on. */
  readonly waited: number
  readonly admissions: number
  /** Admissions that took more than 1 ms of CPU time, and the largest time in ms. */
  readonly slowAdmissions: number
  readonly maxAdmissionMs: number
  readonly unhandled: readonly string[]
  readonly inFlight: number
}
