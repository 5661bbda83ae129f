import type { ErrorSummary } from '../model/error-summary.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { Cause } from '../model/signal.ts'
import type { WindowCounts } from '../windows/window-counts.ts'

/** Why the circuit is in its state. Undefined before the first transition. */
export interface Origin {
  /** Unix ms at which the circuit entered this state. */
  readonly since: number
  /** How often the circuit has reopened since it was last closed. */
  readonly reopens: number
  readonly reason?: string | undefined
  readonly cause?: Cause | undefined
  readonly report?: RuleReport | undefined
}

interface Epoch extends Origin {
  /** The calls recorded in this state. Stays empty in states that record nothing. */
  readonly window: WindowCounts
  // declared here so that both can be read without narrowing `kind`
  readonly retryAt?: number | undefined
  readonly openedBy?: ErrorSummary | undefined
}

/** Admits and records all calls. */
export interface Closed extends Epoch {
  readonly onValue?: Settlers['onValue'] | undefined
  readonly kind: 'closed'
  /** Handlers of a timed call that has settled, for the next one. */
  spare?: TimedSettlers | undefined
}

/** The handlers of one timed call at a time. */
export interface TimedSettlers extends Settlers {
  /** When the call started, in monotonic ms. */
  start: number
}

/** The handlers of a call's promise. The untimed calls of a closed epoch share those that it holds. */
export interface Settlers {
  readonly onValue: <T>(value: T) => T
  readonly onError: (error: unknown) => never
}

/** Rejects all calls until `probeAt`. */
interface Open extends Epoch {
  readonly kind: 'open'
  /** Monotonic ms from which on a call may probe; `Infinity` for never. */
  readonly probeAt: number
  /** `probeAt` as Unix ms; undefined for never. */
  readonly retryAt: number | undefined
  /** The error that opened the circuit. A summary, because the error may hold confidential data. */
  readonly openedBy: ErrorSummary | undefined
}

/** Admits probes, whose outcomes decide whether the circuit closes or reopens. */
export interface HalfOpen extends Epoch {
  readonly kind: 'half_open'
  /** Monotonic ms. */
  readonly startedAt: number
  /** Probes in flight. Each holds a slot of the probe budget. */
  readonly leases: Set<Probe>
  /** The most probes that may be in flight or recorded. Starts at the option `probes`. */
  budget: number
  /** How often the budget has grown. */
  growths: number
  /** The rejections of this epoch. A probe that ends in one of them contained another guarded call. */
  readonly rejections: WeakSet<object>
  recorded: number
  succeeded: number
  /** The probes succeeded and the rule is not met; the circuit closes when the permit's ramp ends. */
  healthy: boolean
  /** The error that opened the circuit. */
  readonly openedBy: ErrorSummary | undefined
}

/** Admits and records all calls. The verdicts of the rule are reported but open nothing. */
export interface MetricsOnly extends Epoch {
  readonly kind: 'metrics_only'
  /** The rule is met, and the shadow verdict has been reported. */
  shadowed: boolean
}

/** Admits all calls and records none. */
interface Disabled extends Epoch {
  readonly kind: 'disabled'
}

/** Rejects all calls. */
interface ForcedOpen extends Epoch {
  readonly kind: 'forced_open'
}

/**
 * The state of a circuit with its data. Each transition creates a new object, so a stale result is
 * recognised by identity.
 */
export type CircuitState = Closed | Open | HalfOpen | MetricsOnly | Disabled | ForcedOpen

/** A slot of the probe budget, held until the call settles or the lease expires. */
export interface Probe {
  readonly kind: 'probe'
  readonly epoch: HalfOpen
  /** Monotonic ms from which on the slot is free. The outcome still counts within the epoch. */
  readonly expiresAt: number
  /** The growths of the epoch at the admission. */
  readonly growths: number
}

/** What admitted a call. Its outcome is settled against this. */
export type Admission = Closed | HalfOpen | MetricsOnly | Disabled | Probe
