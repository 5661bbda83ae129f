import type { ResolvedOptions } from './breaker-options.ts'
import type { CallContext } from './call-options.ts'
import { CallNotPermittedError, isCallNotPermitted } from './errors.ts'
import { ListenerQueue } from './listeners/listener-queue.ts'
import {
  admit,
  begin,
  elapse,
  explain,
  type Move,
  openTally,
  reclaim,
  reopensOn,
  settle,
  wouldAdmit,
} from './machine.ts'
import type { Metrics } from './metrics.ts'
import type { Outcome } from './outcome.ts'
import { askedDelayMs } from './retries.ts'
import type { RuleReport } from './rule-report.ts'
import type { CallEvent, Signal } from './signal.ts'
import type { Snapshot } from './snapshot.ts'
import type { Admission, CircuitState } from './state.ts'
import type { State } from './state-name.ts'
import type { Tally } from './tally.ts'
import { checkAtLeast } from './validation.ts'

const NO_CONTEXT: CallContext = Object.freeze({})

/**
 * What a breaker's calls go through: it feeds time and chance to the machine, keeps the state that
 * comes out, and tells the listeners.
 */
export class Circuit {
  readonly options: ResolvedOptions
  state: CircuitState
  inFlight = 0
  rejections = 0
  #queue: ListenerQueue | undefined
  #snapshot: Snapshot | undefined
  #snapshotOf: CircuitState | undefined
  #noCalls: Tally | undefined

  constructor(options: ResolvedOptions) {
    this.options = options
    const { clock } = options
    const entry = {
      now: clock.now(),
      timestamp: clock.timestamp(),
      manual: true,
      delayMs: 0,
      error: undefined,
    }
    this.state = begin('closed', undefined, entry, options)
  }

  /** A call that nothing but `fn` can end. */
  call<T>(fn: (ctx: CallContext) => T | PromiseLike<T>): Promise<T> {
    const start = this.options.clock.now()
    const admission = this.admit(start)
    return admission instanceof CallNotPermittedError
      ? Promise.reject(admission)
      : this.#follow(fn, admission, start)
  }

  async #follow<T>(
    fn: (ctx: CallContext) => T | PromiseLike<T>,
    admission: Admission,
    start: number,
  ): Promise<T> {
    let value: T
    try {
      value = await fn(NO_CONTEXT)
    } catch (error) {
      this.fail(admission, start, error)
      throw error
    }
    this.succeed(admission, start, value)
    return value
  }

  /**
   * The gate before a call. A rejection, counted and told already, is returned and not thrown:
   * throwing it twice would cost more than making it.
   */
  admit(now: number): Admission | CallNotPermittedError {
    if (this.state.kind !== 'closed') return this.#admitWatched(now)
    this.inFlight++
    return this.state
  }

  #admitWatched(now: number): Admission | CallNotPermittedError {
    const { options, state: before } = this
    const due = elapse(before, now, options)
    if (due !== undefined && this.state === before) this.#move(due, now)
    const { state } = this
    const admission = admit(state, now, options, options.random)
    if (admission !== undefined) {
      this.inFlight++
      this.#queue?.deliver()
      return admission
    }
    this.rejections++
    const rejection = rejectionBy(state, now, options)
    this.#queue?.deliver() // first: it may have come into the state that rejects just now
    this.#tellCall('rejected', 0, state.kind, false, undefined)
    return rejection
  }

  /** The gate after a call that returned. */
  succeed(admission: Admission, start: number, value: unknown): void {
    const now = this.options.clock.now()
    const failed = this.options.tracker.failsOnResult !== undefined && this.#failsOnResult(value)
    this.#settle(admission, start, now, failed ? 'failure' : 'success', undefined)
  }

  /** The gate after a call that threw. */
  fail(admission: Admission, start: number, error: unknown): void {
    const now = this.options.clock.now()
    this.#settle(admission, start, now, this.#failsOnError(error) ? 'failure' : 'ignored', error)
  }

  /** The gate after a call whose end is nobody's fault. */
  release(
    admission: Admission,
    start: number,
    outcome: 'ignored' | 'aborted',
    error?: unknown,
  ): void {
    this.#settle(admission, start, this.options.clock.now(), outcome, error)
  }

  #failsOnResult(value: unknown): boolean {
    try {
      return Boolean(this.options.tracker.failsOnResult?.(value))
    } catch (error) {
      this.options.report(error, 'tracker')
      return false
    }
  }

  #failsOnError(error: unknown): boolean {
    const { tracker } = this.options
    if (isCallNotPermitted(error) && !tracker.judgesRejections) return false
    try {
      return Boolean(tracker.failsOnError?.(error))
    } catch (thrown) {
      this.options.report(thrown, 'tracker')
      return true
    }
  }

  #settle(
    admission: Admission,
    start: number,
    now: number,
    outcome: Outcome,
    error: unknown,
  ): void {
    const { state } = this
    const durationMs = now > start ? now - start : 0
    const counts = reclaim(admission, state, now)
    this.inFlight--
    if (counts) {
      const move = settle(state, outcome, now, durationMs, this.options)
      // a policy that moved the circuit while it was asked has had its way
      if (move !== undefined && this.state === state) this.#move(move, now, error)
    }
    if (this.#queue?.idle === false) {
      this.#tellSettled(admission, outcome, durationMs, !counts, error)
    }
  }

  #tellSettled(
    admission: Admission,
    outcome: Outcome,
    durationMs: number,
    stale: boolean,
    error: unknown,
  ): void {
    const { kind } = admission.kind === 'probe' ? admission.epoch : admission
    if (stale || kind !== 'disabled') this.#tellCall(outcome, durationMs, kind, stale, error)
    this.#queue?.deliver()
  }

  /** Any state to any other; to the one it is in, nothing. */
  moveByHand(to: State, reason: string, forMs?: number): void {
    if (this.state.kind === to) return
    this.#move({ to, cause: 'manual', reason }, this.options.clock.now(), undefined, forMs)
    this.#queue?.deliver()
  }

  /** A new, empty epoch of closed, as long closed as the old one. */
  restart(): void {
    const { state, options } = this
    if (state.kind !== 'closed') return
    this.state = { ...state, tally: openTally('closed', options) }
  }

  /** Moves the time of the next probe, and starts the retry schedule over. */
  postpone(forMs: number): void {
    const { state, options } = this
    if (state.kind !== 'open') return
    const probeAt = options.clock.now() + forMs
    this.state = { ...state, reopens: 0, probeAt, retryAt: options.clock.timestamp() + forMs }
  }

  #move(move: Move, now: number, error?: unknown, forMs?: number): void {
    const { state: from, options } = this
    const { to, cause } = move
    // both clocks read at once: the retryAt that people are told is when it may probe
    const entered = options.clock.now()
    const timestamp = options.clock.timestamp()
    const metrics = this.metrics(now)
    if (cause !== 'shadow') {
      const manual = cause === 'manual'
      const delayMs = to === 'open' ? (forMs ?? this.#drawDelay(reopensOn(from, manual), error)) : 0
      if (this.state !== from) return // a policy moved the circuit while it was asked
      this.state = begin(to, from, { now: entered, timestamp, manual, delayMs, error }, options)
    }
    if (this.#queue?.wantsSignals !== true) return
    const { state } = this
    this.#queue.push(
      Object.freeze<Signal>({
        circuitName: options.name,
        oldState: from.kind,
        newState: state.kind,
        timestamp,
        cause,
        reason: move.reason,
        ...(move.report !== undefined && { report: move.report }),
        metrics,
        ...(state.kind === 'open' && state.retryAt !== undefined && { retryAt: state.retryAt }),
      }),
    )
  }

  #drawDelay(reopens: number, error: unknown): number {
    const { retry, random } = this.options
    try {
      const delayMs = retry.delayMs({ reopens, error, random })
      checkAtLeast('retry: delayMs', delayMs === Number.POSITIVE_INFINITY ? 0 : delayMs, 0)
      return delayMs === Number.POSITIVE_INFINITY ? delayMs : (askedDelayMs(error) ?? delayMs)
    } catch (thrown) {
      this.options.report(thrown, 'retry')
      return DELAY_WITHOUT_POLICY_MS
    }
  }

  #tellCall(
    outcome: CallEvent['outcome'],
    durationMs: number,
    state: State,
    stale: boolean,
    error: unknown,
  ): void {
    if (this.#queue?.wantsCalls !== true) return
    const { name: circuitName, clock } = this.options
    const event = { circuitName, outcome, durationMs, state, timestamp: clock.timestamp(), stale }
    this.#queue.tellCall(
      Object.freeze<CallEvent>(error === undefined ? event : { ...event, error }),
    )
  }

  /** Made when the first listener joins; most circuits in a large registry have none. */
  get listeners(): ListenerQueue {
    this.#queue ??= new ListenerQueue((error) => this.options.report(error, 'listener'))
    return this.#queue
  }

  async flush(): Promise<void> {
    await this.#queue?.flush()
  }

  detachAll(): void {
    this.#queue?.clear()
  }

  metrics(now: number): Metrics {
    return this.#tally().metrics(now)
  }

  explain(): RuleReport {
    const tally = this.#tally()
    tally.expire(this.options.clock.now())
    return explain(tally, this.options)
  }

  #tally(): Tally {
    const { state, options } = this
    if ('tally' in state) return state.tally
    if (this.#noCalls?.state !== state.kind) {
      this.#noCalls = openTally(state.kind, options)
    }
    return this.#noCalls
  }

  snapshot(): Snapshot {
    const { state, options } = this
    const now = options.clock.now()
    const metrics = this.metrics(now)
    const permitted = wouldAdmit(state, now, options)
    const last = this.#snapshot
    if (
      last !== undefined &&
      this.#snapshotOf === state &&
      last.metrics === metrics &&
      last.permitted === permitted
    ) {
      return last
    }
    const { kind, since, reopens } = state
    const retryAt = kind === 'open' ? state.retryAt : undefined
    this.#snapshotOf = state
    this.#snapshot = Object.freeze<Snapshot>({
      name: options.name,
      state: kind,
      since,
      ...(retryAt !== undefined && { retryAt }),
      reopens,
      metrics,
      permitted,
    })
    return this.#snapshot
  }
}

/** The longest a circuit waits when its retry policy has no answer. */
const DELAY_WITHOUT_POLICY_MS = 30_000

const engine = Error as ErrorConstructor & { stackTraceLimit?: number }

/**
 * The error for a call that a circuit in `state` did not let in at `now`. A stack costs ten times the
 * rest of an error; V8 captures none while its limit is 0.
 */
function rejectionBy(
  state: CircuitState,
  now: number,
  { name, captureStack }: ResolvedOptions,
): CallNotPermittedError {
  const { kind } = state
  const retryAt = kind === 'open' ? state.retryAt : undefined
  const retryAfterMs =
    kind === 'open' && retryAt !== undefined
      ? Math.ceil(Math.max(0, state.probeAt - now)) // timers cut fractions off, and would be early
      : undefined
  const error = 'error' in state ? state.error : undefined
  const limit = captureStack ? undefined : engine.stackTraceLimit
  let lifted = false
  try {
    try {
      if (limit !== undefined) engine.stackTraceLimit = 0
      lifted = limit !== undefined
    } catch {} // hardened code has frozen it
    return new CallNotPermittedError(name, kind, retryAt, retryAfterMs, error)
  } finally {
    // also where making it ran out of stack: it is everybody's limit
    if (lifted) engine.stackTraceLimit = limit as number
  }
}
