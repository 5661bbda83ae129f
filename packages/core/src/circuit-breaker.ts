import { CALL_OPTIONS, SYNC_CALL_OPTIONS } from './calls/call-option-checks.ts'
import { runCall, runCallWith } from './calls/run-call.ts'
import { runSyncCall } from './calls/run-sync-call.ts'
import { disposeSymbol, type Ticket, takeTicket } from './calls/ticket.ts'
import { guarded, type Wrap, type WrapSync } from './calls/wrap.ts'
import { breakerJson } from './engine/breaker-json.ts'
import { type BreakerOptions, checkListener, resolveOptions } from './engine/breaker-options.ts'
import { CircuitController } from './engine/circuit-controller.ts'
import { checkReopens } from './engine/initial-state-checks.ts'
import { judgeManually, transitionManually } from './engine/manual-transitions.ts'
import { explainNow, listenersOf, snapshotNow } from './engine/observation.ts'
import { throwRejection } from './engine/rejection.ts'
import { joinFleet } from './engine/shared-circuit.ts'
import { untilRetryMs } from './engine/until-retry-ms.ts'
import { identity, identityOf } from './internal/circuit-identity.ts'
import { type ErrorSource, report, reportError } from './internal/error-handler.ts'
import { Unproxied } from './internal/unproxied.ts'
import { untilRetry } from './internal/until-retry.ts'
import { checkFunction, checkMs, checkOptions, checkText } from './internal/validation.ts'
import type { Listener } from './listeners/listener.ts'
import { checkFlush } from './listeners/listener-queue.ts'
import type { BreakerJson } from './model/breaker-json.ts'
import type {
  CallContext,
  CallOptions,
  SyncCallOptions,
  TicketOptions,
} from './model/call-options.ts'
import type { CircuitHandle, FlushOptions, TripOptions } from './model/circuit-handle.ts'
import type { Clock } from './model/clock.ts'
import type { RuleReport } from './model/rule-report.ts'
import type { Snapshot } from './model/snapshot.ts'
import type { State } from './model/state.ts'

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
export class CircuitBreaker extends Unproxied implements CircuitHandle {
  readonly #circuit: CircuitController

  /** @param controller for a registry, which makes and keeps it; do not pass it */
  constructor(
    options: BreakerOptions,
    controller = new CircuitController(resolveOptions(options)),
  ) {
    super()
    this.#circuit = controller
    controller.member = joinFleet(controller, options.shared)
    for (const listener of options.listeners ?? []) if (listener) this.subscribe(listener)
  }

  get name(): string {
    return this.#circuit.options.name
  }

  get state(): State {
    return this.#circuit.state
  }

  get clock(): Clock {
    return this.#circuit.options.rare.clock
  }

  get defined(): boolean {
    return this.#circuit.defined
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
      : callChecked(circuit, fn, options)
  }

  callSync<T, F = T>(fn: () => T, options?: SyncCallOptions<F>): T | F {
    checkFunction('callSync: fn', fn)
    if (options !== undefined) checkOptions('callSync', options, SYNC_CALL_OPTIONS)
    return runSyncCall(this.#circuit, fn, options?.fallback, NO_ARGS)
  }

  /**
   * Creates a guarded version of a function, with the same parameters and `this`. It is also a method
   * decorator, standard and with TypeScript's `experimentalDecorators`.
   *
   * The function receives the arguments of its caller and no signal. When the time limit is reached,
   * the caller receives a `TimeoutError` while the function keeps running. Use {@link call} for
   * functions that can be cancelled.
   *
   * A function that takes a callback must be promisified first. For a generator function, take a ticket
   * with {@link acquire}: its outcome is unknown until it has been read.
   *
   * @throws TypeError or RangeError when the argument is not a function, a generator function, or an
   * option is invalid
   * @example
   * const pay = payments.wrap((order: Order) => client.pay(order), { timeoutMs: 2_000 })
   * class Client {
   *   \@payments.wrap async pay(order: Order) { … }
   * }
   */
  // a getter that binds: some compilers call a decorator without its object
  get wrap(): Wrap {
    return ((...args: unknown[]) =>
      guarded('wrap', CALL_OPTIONS, args, (fn, options, callArgs) =>
        runCallWith(this.#circuit, fn, options, callArgs),
      )) as Wrap
  }

  /** {@link wrap} for synchronous functions. */
  get wrapSync(): WrapSync {
    return ((...args: unknown[]) =>
      guarded(
        'wrapSync',
        SYNC_CALL_OPTIONS,
        args,
        (fn, options: SyncCallOptions<unknown, unknown[]>, callArgs) =>
          runSyncCall(this.#circuit, fn, options.fallback, callArgs),
      )) as WrapSync
  }

  /** {@link acquire}, but returns undefined when the circuit rejects. */
  tryAcquire(options?: TicketOptions): Ticket | undefined {
    return takeTicket(this.#circuit, 'tryAcquire', options, () => undefined)
  }

  /**
   * Takes a permission manually: for streams, sockets and other work that is not a single function
   * call. Settle the ticket when the work ends.
   *
   * @param options.timeoutMs time limit of the work in ms, `Infinity` for a stream; default: the breaker's
   * @throws CallNotPermittedError when the circuit rejects
   * @throws TypeError or RangeError when an option is invalid
   */
  acquire(options?: TicketOptions): Ticket {
    return takeTicket(this.#circuit, 'acquire', options, throwRejection)
  }

  reset(): void {
    transitionManually(this.#circuit, 'closed')
  }

  forceOpen(): void {
    transitionManually(this.#circuit, 'forced_open')
  }

  disable(): void {
    transitionManually(this.#circuit, 'disabled')
  }

  metricsOnly(): void {
    transitionManually(this.#circuit, 'metrics_only')
  }

  halfOpen(): void {
    transitionManually(this.#circuit, 'half_open')
  }

  trip(options?: TripOptions): void
  // `error` is for the guarded fetch: the retry schedule uses the delay that it requests
  trip(options: TripOptions = {}, error?: unknown): void {
    checkOptions('trip', options, { forMs: checkMs, reason: checkText, reopens: checkReopens })
    const { reason, ...schedule } = options
    transitionManually(this.#circuit, 'open', reason, schedule, 'manual', error)
  }

  snapshot(): Snapshot {
    return snapshotNow(this.#circuit)
  }

  watch(): () => void {
    return this.#circuit.watch()
  }

  explain(): RuleReport {
    return explainNow(this.#circuit)
  }

  judge(): RuleReport {
    return judgeManually(this.#circuit)
  }

  subscribe(listener: Listener): () => void {
    checkListener('subscribe', listener)
    return listenersOf(this.#circuit).add(listener, (added) => added.onAttach?.(this))
  }

  flush(options: FlushOptions = {}): Promise<boolean> {
    checkFlush(options)
    return this.#circuit.queue?.flush(options.timeoutMs ?? Infinity) ?? Promise.resolve(true)
  }

  dispose(): void {
    this.#circuit.queue?.clear()
    this.#circuit.member?.leave()
  }

  [disposeSymbol](): void {
    this.dispose()
  }

  /** @internal Calls `onError`, for the callbacks of the guarded fetch. */
  [report](error: unknown, source: ErrorSource): void {
    reportError(this.#circuit.options, error, source)
  }

  /** @internal The rejections of this breaker have the same. */
  get [identity](): object {
    return identityOf(this.#circuit.options)
  }

  [untilRetry](): number | undefined {
    return untilRetryMs(this.#circuit)
  }

  toJSON(): BreakerJson {
    return breakerJson(this.#circuit.options)
  }
}

// not a private method, for which each breaker would take 8 bytes more
async function callChecked<T, F>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  options: CallOptions<F> = {},
): Promise<T | F> {
  checkFunction('call: fn', fn)
  checkOptions('call', options, CALL_OPTIONS)
  return runCallWith(circuit, fn, options, NO_ARGS)
}
