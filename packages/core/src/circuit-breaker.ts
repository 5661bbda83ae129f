import { CALL_OPTIONS, SYNC_CALL_OPTIONS } from './calls/call-option-checks.ts'
import { runCall, runCallWith } from './calls/run-call.ts'
import { runSyncCall } from './calls/run-sync-call.ts'
import { enter } from './calls/settlement.ts'
import { createTicket, disposeSymbol, type Ticket } from './calls/ticket.ts'
import { guarded, type Wrap, type WrapSync } from './calls/wrap.ts'
import { type BreakerOptions, checkListener, resolveOptions } from './engine/breaker-options.ts'
import { CircuitController } from './engine/circuit-controller.ts'
import { checkFunction, checkMs, checkOptions, checkText } from './internal/validation.ts'
import type { Listener } from './listeners/listener.ts'
import { checkFlush } from './listeners/listener-queue.ts'
import type { BreakerJson } from './model/breaker-json.ts'
import type { CallContext, CallOptions, SyncCallOptions } from './model/call-options.ts'
import type { CircuitHandle, FlushOptions, TripOptions } from './model/circuit-handle.ts'
import type { Clock } from './model/clock.ts'
import { CallNotPermittedError } from './model/errors.ts'
import type { RuleReport } from './model/rule-report.ts'
import type { Snapshot } from './model/snapshot.ts'
import type { State } from './model/state.ts'
import { ruleJson } from './policies/rule.ts'

const NO_ARGS: [] = []

/**
 * Guards calls to a service that can fail. It records the outcomes, rejects calls while the service
 * fails, and admits probes to find out whether it works again.
 *
 * A breaker starts no timer: its state changes when calls start and settle, so it never keeps a
 * process alive. Errors in listeners and policies do not change what a call returns or throws.
 *
 * The members without a description are described in {@link CircuitHandle}.
 *
 * @throws TypeError or RangeError when an option is invalid or contradicts another
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

  get state(): State {
    return this.#circuit.state
  }

  get clock(): Clock {
    return this.#circuit.options.clock
  }

  get inFlight(): number {
    return this.#circuit.inFlight
  }

  get rejections(): number {
    return this.#circuit.rejections
  }

  call<T, F = T>(
    fn: (ctx: CallContext) => T | PromiseLike<T>,
    options?: CallOptions<F>,
  ): Promise<T | F> {
    const circuit = this.#circuit
    return options === undefined &&
      circuit.options.timeoutMs === undefined &&
      typeof fn === 'function'
      ? runCall(circuit, fn)
      : this.#callChecked(fn, options)
  }

  async #callChecked<T, F>(
    fn: (ctx: CallContext) => T | PromiseLike<T>,
    options: CallOptions<F> = {},
  ): Promise<T | F> {
    checkFunction('call: fn', fn)
    checkOptions('call', options, CALL_OPTIONS)
    return runCallWith(this.#circuit, fn, options, NO_ARGS)
  }

  callSync<T, F = T>(fn: () => T, options?: SyncCallOptions<F>): T | F {
    checkFunction('callSync: fn', fn)
    if (options !== undefined) checkOptions('callSync', options, SYNC_CALL_OPTIONS)
    return runSyncCall(this.#circuit, fn, options?.fallback, NO_ARGS)
  }

  /**
   * Creates a guarded version of a function, with the same parameters and `this`. It is also a
   * standard method decorator.
   *
   * The function receives the arguments of its caller and no signal. When the time limit is reached,
   * the caller receives a `TimeoutError` while the function keeps running. Use {@link call} for
   * functions that can be cancelled.
   *
   * @throws TypeError or RangeError when the argument is not a function or an option is invalid
   * @example
   * const pay = payments.wrap((order: Order) => client.pay(order), { timeoutMs: 2_000 })
   * class Client {
   *   \@payments.wrap async pay(order: Order) { … }
   * }
   */
  // a getter that binds: some compilers call a decorator without its object
  get wrap(): Wrap {
    return <This, Args extends unknown[], R, F>(
      fn: (this: This, ...args: Args) => R,
      options: CallOptions<F, Args> | ClassMethodDecoratorContext = {},
    ) =>
      guarded('wrap', CALL_OPTIONS, fn, options, (call, callOptions: CallOptions<F, Args>, args) =>
        runCallWith(this.#circuit, call as () => Awaited<R>, callOptions, args),
      )
  }

  /** {@link wrap} for synchronous functions. */
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
        (call, { fallback }: SyncCallOptions<F, Args>, args) =>
          runSyncCall(this.#circuit, call, fallback, args),
      )
  }

  /** {@link acquire}, but returns undefined when the circuit rejects. */
  tryAcquire(): Ticket | undefined {
    const settlement = enter(this.#circuit)
    return settlement instanceof CallNotPermittedError ? undefined : createTicket(settlement)
  }

  /**
   * Takes a permission manually: for streams, sockets and other work that is not a single function
   * call. Settle the ticket when the work ends.
   *
   * @throws CallNotPermittedError when the circuit rejects
   */
  acquire(): Ticket {
    const settlement = enter(this.#circuit)
    if (settlement instanceof CallNotPermittedError) throw settlement
    return createTicket(settlement)
  }

  reset(): void {
    this.#circuit.transitionManually('closed', 'reset by hand')
  }

  forceOpen(): void {
    this.#circuit.transitionManually('forced_open', 'forced open by hand')
  }

  disable(): void {
    this.#circuit.transitionManually('disabled', 'disabled by hand')
  }

  metricsOnly(): void {
    this.#circuit.transitionManually('metrics_only', 'set to metrics only by hand')
  }

  trip(options: TripOptions = {}): void {
    checkOptions('trip', options, { forMs: checkMs, reason: checkText })
    const { forMs, reason = 'tripped by hand' } = options
    this.#circuit.transitionManually('open', reason, forMs)
  }

  snapshot(): Snapshot {
    return this.#circuit.snapshot()
  }

  explain(): RuleReport {
    return this.#circuit.explain()
  }

  subscribe(listener: Listener): () => void {
    checkListener('subscribe', listener)
    return this.#circuit.listeners.add(listener, (added) => added.onAttach?.(this))
  }

  flush(options: FlushOptions = {}): Promise<boolean> {
    checkFlush(options)
    return this.#circuit.queue?.flush(options.timeoutMs ?? Infinity) ?? Promise.resolve(true)
  }

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
