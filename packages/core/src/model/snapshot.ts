import type { Metrics } from './metrics.ts'
import type { State } from './state.ts'

/** A circuit at one moment. Frozen, and the same object until something in it changed. */
export interface Snapshot {
  readonly name: string
  readonly state: State
  /** Unix ms at which it came into this state. */
  readonly since: number
  /** Unix ms from which on it may probe; only in `open`, and absent for never. */
  readonly retryAt?: number
  /** How often it has opened again since it was last closed. */
  readonly reopens: number
  readonly metrics: Metrics
  /** Would a call be let through now? Where chance decides: could it. */
  readonly permitted: boolean
}
