import type { BreakerJson } from './breaker-json.ts'
import type { CallContext, CallOptions, SyncCallOptions } from './call-options.ts'
import type { Clock } from './clock.ts'
import type { RuleReport } from './rule-report.ts'
import type { CallEvent, Signal } from './signal.ts'
import type { Snapshot } from './snapshot.ts'
import type { State } from './state.ts'

/** Options of {@link CircuitHandle.trip}. */
export interface TripOptions {
  /** How long the circuit stays open, in ms above 0. Default: the retry schedule decides. */
  readonly forMs?: number | undefined
  /** The `reason` of the signal. Default `'tripped manually'`. */
  readonly reason?: string | undefined
  /** How often the circuit has reopened, for the retry schedule: a whole number, default 0. */
  readonly reopens?: number | undefined
}

/** Options of {@link CircuitHandle.flush}. */
export interface FlushOptions {
  /** Time limit in ms, at least 0. Default: none. */
  readonly timeoutMs?: number | undefined
}

/** The callbacks of a listener that concern events. All are optional. */
export interface EventCallbacks {
  /**
   * Called for every transition and every shadow verdict, in order. The return value is ignored,
   * except a promise: the next signal waits for it, at most 30 s. Calls never wait. Each signal is
   * delivered in the async context (`AsyncLocalStorage`) of the call that caused it.
   *
   * Two limits apply, and `onError` is called for each. While a promise is pending, at most 1,000
   * signals wait; then the oldest is dropped. When listeners keep changing the state of the circuit
   * in response to one another, delivery stops after 1,000 signals.
   */
  onSignal?(signal: Signal): unknown
  /** Called for every call. Without any such listener, calls cause no event. */
  onCall?(event: CallEvent): void
  /**
   * False when `onCall` does not use `durationMs`: calls are then not timed for this listener, which
   * halves their cost. Read when the listener is subscribed. Default true.
   */
  readonly timed?: boolean
}

/**
 * The members of a circuit breaker that listeners, hooks and tools use. Accept this type instead of
 * the class `CircuitBreaker` where you take a circuit as an argument.
 */
export interface CircuitHandle {
  readonly name: string
  /** The state after the last call. An open circuit stays open until a call comes. */
  readonly state: State
  /** The clock of the circuit. Use it to count down to `retryAt`. */
  readonly clock: Clock
  /** True for a circuit that `registry.define()` made. Listeners with a limit prefer these. */
  readonly defined: boolean
  /** Number of admitted calls and tickets that have not settled. */
  readonly inFlight: number
  /** Number of rejected calls since the breaker was created. */
  readonly rejections: number
  /**
   * Calls `fn` if the circuit admits the call.
   *
   * @param options.signal aborts the call at once; an aborted call is not counted
   * @param options.timeoutMs time limit of this call in ms, instead of the breaker's
   * @param options.fallback called with a rejection or an error; its result is returned instead
   * @returns what `fn` returns
   * @throws CallNotPermittedError when the circuit rejects the call
   * @throws TimeoutError when the time limit is reached
   * @throws what `fn` throws, the same object; after an abort, the reason of the signal
   * @throws TypeError or RangeError when `fn` is not a function or an option is invalid
   */
  call<T, F = T>(
    fn: (ctx: CallContext) => T | PromiseLike<T>,
    options?: CallOptions<F>,
  ): Promise<T | F>
  /**
   * {@link call} for synchronous functions: without promise, time limit and abort.
   *
   * @throws TypeError when `fn` returns a thenable, which is not recorded; use `call` for it
   */
  callSync<T, F = T>(fn: () => T, options?: SyncCallOptions<F>): T | F
  /** Manual transition to closed. In closed, it empties the window and emits no signal. */
  reset(): void
  /** Manual transition to forced_open: rejects every call until the next manual transition. */
  forceOpen(): void
  /** Manual transition to disabled: admits every call, unrecorded, until the next manual transition. */
  disable(): void
  /** Manual transition to metrics_only: records calls and reports when the rule would open. */
  metricsOnly(): void
  /**
   * Manual transition to half_open: the next calls probe. From open it keeps `reopens` and the error
   * that opened the circuit.
   */
  halfOpen(): void
  /**
   * Manual transition to open. When the circuit is already open, `forMs` changes `retryAt` and no
   * signal is emitted.
   *
   * @throws TypeError or RangeError when an option is invalid
   */
  trip(options?: TripOptions): void
  /** The circuit now: a frozen object, the same until something changes. Changes no state. */
  snapshot(): Snapshot
  /**
   * Times all calls until the returned function is called. Otherwise calls are timed only while a rule
   * or a listener uses durations, or with the option `timed`.
   *
   * @example
   * const stop = payments.watch() // snapshot().metrics.avgDurationMs is that of the calls from now on
   */
  watch(): () => void
  /** The report of the rule for the calls that are in the window now. Changes no state. */
  explain(): RuleReport
  /**
   * Evaluates the rule now, without a call. When it is met, a closed or half-open circuit opens, and a
   * circuit in metrics_only reports the shadow verdict.
   *
   * @returns the report of the rule
   */
  judge(): RuleReport
  /**
   * Adds a listener.
   *
   * @returns a function that unsubscribes; signals already passed to the listener are still delivered
   * @throws TypeError when the listener is neither a function nor an object with a callback
   */
  subscribe(listener: ((signal: Signal) => unknown) | EventCallbacks): () => void
  /**
   * Waits until every signal is delivered and no promise of a listener is pending. Never rejects.
   *
   * @returns true when all is delivered; false when `timeoutMs` has passed, when `dispose()` is called
   * meanwhile, or when a delivery took more than 30 s and the next signal did not wait for it
   * @throws TypeError or RangeError when an option is invalid
   * @example
   * process.once('SIGTERM', () => payments.flush({ timeoutMs: 5_000 }).then(() => process.exit()))
   */
  flush(options?: FlushOptions): Promise<boolean>
  /**
   * Unsubscribes all listeners, ends each pending {@link flush} and leaves the fleet. The circuit keeps
   * working.
   */
  dispose(): void
  /** The configuration as data. */
  toJSON(): BreakerJson
}
