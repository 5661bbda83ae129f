import type { State } from '@fluxgate/core'

/** The fleet of the server view, as the page shows it. */
export interface FleetOverview {
  /** Where the instances share their circuits. */
  readonly store: 'redis' | 'memory'
  readonly instances: readonly InstanceStatus[]
}

export interface InstanceStatus {
  readonly name: string
  /** The id of its process. */
  readonly pid: number
  readonly circuits: readonly InstanceCircuit[]
}

/** A shared circuit, as one instance sees it. */
export interface InstanceCircuit {
  readonly name: string
  readonly state: State
  /** Whether the store answers. */
  readonly reachable: boolean
  /** Its own calls failed, and it reported that to the fleet. */
  readonly reported: boolean
  /** It holds the lease, and probes for all. */
  readonly probes: boolean
  /** The share of calls that its ramp admits, 0 to 1. Absent while there is no ramp. */
  readonly rampShare?: number
}
