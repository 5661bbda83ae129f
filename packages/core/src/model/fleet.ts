import type { PolicyJson } from './policy-json.ts'
import type { Cause, Signal } from './signal.ts'
import type { State } from './state.ts'

/**
 * Shares circuits with other processes or tabs: the option `shared` of a breaker. `@fluxgate/fleet`
 * has implementations. To write one yourself, implement this interface.
 *
 * Its methods must not wait or throw, because calls of the circuit call them. Only `join` may move the
 * circuit synchronously. Admission uses the state that this process has.
 */
export interface Fleet {
  /**
   * Called once for each breaker that has this fleet as its option `shared`, before its first call. A
   * circuit that is moved here starts in that state, without a signal.
   */
  join(circuit: SharedCircuit): FleetMember
}

/** A circuit, as its fleet reads and moves it. */
export interface SharedCircuit {
  readonly options: SharedOptions
  /** The current state: another object after each transition. */
  readonly current: SharedState
  /** The permit has a ramp: after healthy probes the circuit stays half-open until the ramp ends. */
  readonly ramps: boolean
  /**
   * Moves the circuit, with a signal of cause `'fleet'`. In open, `forMs` moves `retryAt` without a
   * signal; in any other state, a move to the same state has no effect.
   *
   * @param schedule.forMs how long the circuit stays open; `Infinity` for until the next move
   */
  move(to: State, reason: string, schedule?: { forMs?: number; reopens?: number }): void
  /** Evaluates the rule without a call, as `breaker.judge()` does. */
  judge(): void
  /** Calls `onError` of the breaker with the source `'fleet'`. */
  report(error: unknown): void
}

/** The options of the breaker that concern a fleet, with their defaults. */
export interface SharedOptions {
  readonly name: string
  readonly probes: number
  /** Undefined for none. */
  readonly timeoutMs: number | undefined
  /** As data, so that the fleet finds its own rules. Undefined for a rule without `toJSON`. */
  readonly tripper: { toJSON?(): PolicyJson }
}

/** The state of a {@link SharedCircuit}. */
export interface SharedState {
  readonly kind: State
  readonly cause?: Cause | undefined
  readonly reason?: string | undefined
  readonly reopens: number
  /** The counts that the rule evaluates in this epoch. The object identifies the epoch for rules. */
  readonly window: object
  /** Only in half_open: the probes in flight. */
  readonly leases?: { readonly size: number }
  /** Only in half_open: recorded probes. A fleet adds the probes of other instances. */
  recorded?: number
  /** Only in half_open: successes among them. */
  succeeded?: number
  /** Only in half_open: the probes decided that the service works. A fleet may set it. */
  healthy?: boolean
}

/** A circuit in its fleet. */
export interface FleetMember {
  /** For `snapshot().fleet`: the same object until something changes. */
  readonly status: FleetStatus
  /**
   * Whether this instance may admit a call or a probe. Called for each call while the circuit is not
   * closed, and by `snapshot()`. Return true unless the circuit is open, or half-open before its probes
   * have succeeded.
   *
   * @param isCall true for a call: the fleet can request the right to probe for the next one
   */
  mayProbe(isCall: boolean): boolean
  /** Called for each call whose outcome was recorded, after its transition. */
  recorded(failed: boolean): void
  /**
   * Returns the reason of a transition, for its signal. A fleet can add to the reason of the rule that no
   * other instance agrees.
   */
  reasonOf(transition: {
    readonly to: State
    readonly cause: Cause
    readonly reason: string
  }): string
  /** Called after each transition, with the object that the listeners receive. */
  entered(signal: Signal): void
  /** Called by `dispose()`. From now on, the circuit is not shared. */
  leave(): void
}

/** The last known status of a fleet. */
export interface FleetStatus {
  /** Whether the last exchange with the store succeeded. While false, the circuit is not shared. */
  readonly reachable: boolean
  /** The state that the instances share; `recovering` while all of them ramp up. */
  readonly state: 'closed' | 'open' | 'recovering' | 'forced_open' | 'disabled' | 'metrics_only'
  /** Instances that reported a failing service, as of the last exchange. Tabs are not counted. */
  readonly reporters?: number
  /** Instances that reported to the store lately, as of the last exchange. Tabs are not counted. */
  readonly instances?: number
  /** Which instance may probe: this one, another one, or none. */
  readonly prober: 'this' | 'other' | 'none'
}
