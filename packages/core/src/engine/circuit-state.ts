import type { State } from '../model/state.ts'
import type { WindowCounts } from '../windows/window-counts.ts'

interface Epoch {
  /** Unix ms at which the circuit came into this state. */
  readonly since: number
  /** How often the circuit has opened again since it was last closed. */
  readonly reopens: number
  /** What is recorded in this state; stays empty where nothing is. */
  readonly tally: WindowCounts
  // what only some states have can be asked of all
  readonly retryAt?: number | undefined
  readonly error?: unknown
}

/** All calls pass and are recorded. */
interface Closed extends Epoch {
  readonly kind: 'closed'
}

/** No call passes before `probeAt`. */
interface Open extends Epoch {
  readonly kind: 'open'
  /** Monotonic ms from which on a call may probe; `Infinity` for never. */
  readonly probeAt: number
  /** The same as Unix ms, for people; undefined for never. */
  readonly retryAt: number | undefined
  /** The error that opened the circuit. */
  readonly error: unknown
}

/** Probes find out whether to close or to open again. */
export interface HalfOpen extends Epoch {
  readonly kind: 'half_open'
  /** Monotonic ms. */
  readonly startedAt: number
  /** Probes in flight; each holds a slot of the budget. */
  readonly leases: Set<Probe>
  recorded: number
  succeeded: number
  /** The probes are through and the rule is content: only the permit's ramp is still to end. */
  healthy: boolean
  /** The error that opened the circuit. */
  readonly error: unknown
}

/** All calls pass and are recorded; the rule's verdicts are told and not followed. */
interface MetricsOnly extends Epoch {
  readonly kind: 'metrics_only'
  /** The rule is true and that has been told. */
  shadowed: boolean
}

/** All calls pass, none is recorded. */
interface Disabled extends Epoch {
  readonly kind: 'disabled'
}

/** No call passes. */
interface ForcedOpen extends Epoch {
  readonly kind: 'forced_open'
}

/** What a circuit is in. A new state is a new object, so that a late outcome is known by identity. */
export type CircuitState = Closed | Open | HalfOpen | MetricsOnly | Disabled | ForcedOpen

/** A place in the probe budget, held until the call settles or the lease runs out. */
export interface Probe {
  readonly kind: 'probe'
  readonly epoch: HalfOpen
  /** Monotonic ms. */
  readonly expiresAt: number
}

/** What let a call in, and what its outcome is settled against. */
export type Admission = Closed | HalfOpen | MetricsOnly | Disabled | Probe

/** The moves a circuit makes by itself. By hand it can be moved from any state to any other. */
export const automaticMoves = {
  closed: ['open'],
  open: ['half_open'],
  half_open: ['open', 'closed'],
  metrics_only: [],
  disabled: [],
  forced_open: [],
} as const satisfies Record<State, readonly State[]>
