import { CALL_OPTIONS, SYNC_CALL_OPTIONS } from './calls/call-option-checks.ts'
import { limitedCall } from './calls/limited-call.ts'
import { createTicket, disposeSymbol, type Settlement, type Ticket } from './calls/ticket.ts'
import { guarded, type Wrap, type WrapSync } from './calls/wrap.ts'
import { type BreakerOptions, checkListener, resolveOptions } from './engine/breaker-options.ts'
import { CircuitController } from './engine/circuit-controller.ts'
import { explain } from './engine/machine.ts'
import { isThenable } from './internal/thenable.ts'
import { checkFunction, checkMs, checkOptions, checkText } from './internal/validation.ts'
import type { Listener } from './listeners/listener.ts'
import type { BreakerJson } from './model/breaker-json.ts'
import type { CallContext, CallOptions, SyncCallOptions } from './model/call-options.ts'
import type { CircuitHandle, TripOptions } from './model/circuit-handle.ts'
import type { Clock } from './model/clock.ts'
import { CallNotPermittedError } from './model/errors.ts'
import type { RuleReport } from './model/rule-report.ts'
import type { Snapshot } from './model/snapshot.ts'
import type { State } from './model/state.ts'
import { ruleJson } from './policies/rule.ts'

const NO_ARGS: [] = []

/**
 * Watches calls to something that can fail, stops calling while it fails, and lets traffic back in
 * carefully.
 *
 * It schedules nothing: states change when calls come and settle, so a process with a breaker exits
 * by itself. What a guarded function returns or throws is what its caller gets, whatever listeners
 * and policies do.
 *
 * @throws TypeError or RangeError when an option is wrong or contradicts another
 * @example
 * const payments = new CircuitBreaker({
 *   name: 'payments',
 *   tripper: minRequests(20).and(failureRate(0.5)),
 *   timeoutMs: 2_000,
 * })
 * const status = await payments.call(({ signal }) => getStatus(id, { signal }))
 */
export class CircuitBreaker implements CircuitHandle {
  readonly name: string
  readonly #circuit: CircuitController

  constructor(options: BreakerOptions) {
    this.#circuit = new CircuitController(resolveOptions(options))
    this.name = options.name
    for (const listener of options.listeners ?? []) if (listener) this.subscribe(listener)
  }

  /** The state as the last call left it: an open circuit stays open until a call comes. */
  get state(): State {
    return this.#circuit.state.kind
  }

  /** Where its time comes from: what counts down to `retryAt` must go by the same one. */
  get clock(): Clock {
    return this.#circuit.options.clock
  }

  /** Calls and tickets let in and not yet settled. */
  get inFlight(): number {
    return this.#circuit.inFlight
  }

  /** Calls not let through since the breaker was made: what it has saved. */
  get rejections(): number {
    return this.#circuit.rejections
  }

  /**
   * Calls `fn` if the circuit lets it.
   *
   * @param options.signal aborts the call at once, counted nowhere
   * @param options.timeoutMs time limit in ms for this call instead of the breaker's
   * @param options.fallback answers instead, for a rejection or an error
   * @returns what `fn` returns
   * @throws CallNotPermittedError when the circuit rejects the call
   * @throws TimeoutError when the time is over
   * @throws whatever `fn` throws, the very same object; the signal's reason after an abort
   * @throws TypeError or RangeError when `fn` is no function or an option is wrong
   */
  call<T, F = T>(
    fn: (ctx: CallContext) => T | PromiseLike<T>,
    options?: CallOptions<F>,
  ): Promise<T | F> {
    const circuit = this.#circuit
    return options === undefined &&
      circuit.options.timeoutMs === undefined &&
      typeof fn === 'function'
      ? circuit.call(fn)
      : this.#callChecked(fn, options)
  }

  async #callChecked<T, F>(
    fn: (ctx: CallContext) => T | PromiseLike<T>,
    options: CallOptions<F> = {},
  ): Promise<T | F> {
    checkFunction('call: fn', fn)
    checkOptions('call', options, CALL_OPTIONS)
    return this.#callWith(fn, options, NO_ARGS)
  }

  async #callWith<T, F, Args extends unknown[]>(
    fn: (ctx: CallContext) => T | PromiseLike<T>,
    options: CallOptions<F, Args>,
    args: Args,
  ): Promise<T | F> {
    const { signal, timeoutMs = this.#circuit.options.timeoutMs, fallback } = options
    try {
      if (signal === undefined && timeoutMs === undefined) return await this.#circuit.call(fn)
      if (signal?.aborted) throw signal.reason
      const ends = this.#enter()
      if (ends instanceof CallNotPermittedError) throw ends
      return await limitedCall(fn, signal, timeoutMs, ends, this.name)
    } catch (error) {
      const gaveUp = signal?.aborted === true && error === signal.reason
      if (fallback === undefined || gaveUp) throw error
      return fallback(error, ...args)
    }
  }

  /**
   * {@link call} for functions that return at once: no promise, no time limit, no abort.
   *
   * @throws TypeError when `fn` returns a thenable, recording nothing: it belongs to `call`
   */
  callSync<T, F = T>(fn: () => T, options?: SyncCallOptions<F>): T | F {
    checkFunction('callSync: fn', fn)
    if (options !== undefined) checkOptions('callSync', options, SYNC_CALL_OPTIONS)
    return this.#callSyncWith(fn, options?.fallback, NO_ARGS)
  }

  #callSyncWith<T, F, Args extends unknown[]>(
    fn: () => T,
    fallback: SyncCallOptions<F, Args>['fallback'],
    args: Args,
  ): T | F {
    const circuit = this.#circuit
    const start = circuit.options.clock.now()
    let value: T
    let promised: boolean
    try {
      const admission = circuit.admit(start)
      if (admission instanceof CallNotPermittedError) throw admission
      try {
        value = fn()
        promised = isThenable(value)
      } catch (error) {
        circuit.fail(admission, start, error)
        throw error
      }
      if (promised) circuit.release(admission, start, 'ignored')
      else circuit.succeed(admission, start, value)
    } catch (error) {
      if (fallback === undefined) throw error
      return fallback(error, ...args)
    }
    if (!promised) return value
    Promise.resolve(value).catch(() => {}) // the TypeError speaks for it
    throw new TypeError('callSync: fn returned a promise; use call() for asynchronous functions')
  }

  /**
   * Makes a guarded version of a function with the same parameters and `this`. Also a standard
   * method decorator, bound to its breaker because not every compiler calls a decorator on it.
   *
   * The function is given the arguments of its caller and no signal: when the time is over its caller
   * goes on, and so does the function. What can be stopped goes through {@link call}.
   *
   * @throws TypeError or RangeError when it is given no function or an option is wrong
   * @example
   * const pay = payments.wrap((order: Order) => client.pay(order), { timeoutMs: 2_000 })
   * class Client {
   *   \@payments.wrap async pay(order: Order) { … }
   * }
   */
  get wrap(): Wrap {
    return <This, Args extends unknown[], R, F>(
      fn: (this: This, ...args: Args) => R,
      options: CallOptions<F, Args> | ClassMethodDecoratorContext = {},
    ) =>
      guarded('wrap', CALL_OPTIONS, fn, options, (call, own: CallOptions<F, Args>, args) =>
        this.#callWith(call as () => Awaited<R>, own, args),
      )
  }

  /** {@link wrap} for functions that return at once. */
  get wrapSync(): WrapSync {
    return <This, Args extends unknown[], R, F>(
      fn: (this: This, ...args: Args) => R,
      options: SyncCallOptions<F, Args> | ClassMethodDecoratorContext = {},
    ) =>
      guarded(
        'wrapSync',
        SYNC_CALL_OPTIONS,
        fn,
        options,
        (call, own: SyncCallOptions<F, Args>, args) => this.#callSyncWith(call, own.fallback, args),
      )
  }

  /** {@link acquire}, or undefined when the circuit gives no permission. */
  tryAcquire(): Ticket | undefined {
    const ends = this.#enter()
    return ends instanceof CallNotPermittedError ? undefined : createTicket(ends)
  }

  /**
   * Takes a permission by hand: for streams, sockets, anything that is no single function.
   *
   * @throws CallNotPermittedError when the circuit gives none
   */
  acquire(): Ticket {
    const ends = this.#enter()
    if (ends instanceof CallNotPermittedError) throw ends
    return createTicket(ends)
  }

  #enter(): Settlement | CallNotPermittedError {
    const circuit = this.#circuit
    const start = circuit.options.clock.now()
    const admission = circuit.admit(start)
    if (admission instanceof CallNotPermittedError) return admission
    return {
      success: (value) => circuit.succeed(admission, start, value),
      failure: (error) => circuit.fail(admission, start, error),
      release: (outcome, reason) => circuit.release(admission, start, outcome, reason),
    }
  }

  /** Moves to closed. In closed it begins a new, empty epoch and tells nobody. */
  reset(): void {
    this.#circuit.moveByHand('closed', 'reset by hand')
  }

  /** Rejects every call until moved again. */
  forceOpen(): void {
    this.#circuit.moveByHand('forced_open', 'forced open by hand')
  }

  /** Lets every call through unwatched until moved again. */
  disable(): void {
    this.#circuit.moveByHand('disabled', 'disabled by hand')
  }

  /** Watches, and tells what the rule would have done, without ever opening. */
  metricsOnly(): void {
    this.#circuit.moveByHand('metrics_only', 'set to metrics only by hand')
  }

  /**
   * Opens the circuit, until the retry schedule says or for `forMs`. In open, `forMs` moves
   * `retryAt` and tells nobody.
   *
   * @param options.forMs milliseconds above 0
   * @param options.reason what the signal says
   * @throws TypeError or RangeError when an option is wrong
   */
  trip(options: TripOptions = {}): void {
    checkOptions('trip', options, { forMs: checkMs, reason: checkText })
    const { forMs, reason = 'tripped by hand' } = options
    this.#circuit.moveByHand('open', reason, forMs)
  }

  /** The circuit now: a frozen object, the same until something in it changed. Moves nothing. */
  snapshot(): Snapshot {
    return this.#circuit.snapshot()
  }

  /** What the rule says of the calls in the window now. Moves nothing. */
  explain(): RuleReport {
    const { state, options } = this.#circuit
    state.tally.expire(options.clock.now())
    return explain(state.tally, options)
  }

  /**
   * Adds a listener.
   *
   * @returns its undo; what was already handed to the listener still reaches it
   * @throws TypeError when it is neither a function nor an object with onSignal, onCall or onAttach
   */
  subscribe(listener: Listener): () => void {
    checkListener('subscribe', listener)
    return this.#circuit.listeners.add(listener, (joined) => joined.onAttach?.(this))
  }

  /** Resolves when no listener has a promise pending or a signal waiting. */
  async flush(): Promise<void> {
    await this.#circuit.queue?.flush()
  }

  /** Detaches all listeners. The circuit goes on. */
  dispose(): void {
    this.#circuit.queue?.clear()
  }

  [disposeSymbol](): void {
    this.dispose()
  }

  toJSON(): BreakerJson {
    const { window, tracker, tripper, retry, permit, probes, probeLeaseMs, timeoutMs } =
      this.#circuit.options
    return {
      name: this.name,
      window: window.toJSON(),
      tracker: tracker.toJSON(),
      tripper: ruleJson(tripper),
      retry: retry.toJSON(),
      permit: permit.toJSON(),
      probes,
      probeLeaseMs,
      ...(timeoutMs !== undefined && { timeoutMs }),
    }
  }
}
