import { callOrDefault } from '../internal/error-handler.ts'
import { check } from '../internal/validation.ts'
import { ListenerQueue } from '../listeners/listener-queue.ts'
import type { CallContext } from '../model/call-options.ts'
import { CallNotPermittedError, isCallNotPermitted } from '../model/errors.ts'
import type { Outcome } from '../model/outcome.ts'
import type { CallEvent, Signal } from '../model/signal.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { State } from '../model/state.ts'
import { requestedDelayMs } from '../policies/retries.ts'
import type { ResolvedOptions } from './breaker-options.ts'
import type { Admission, CircuitState } from './circuit-state.ts'
import {
  admit,
  begin,
  dueTransition,
  openWindow,
  releaseSlot,
  reopensOn,
  settle,
  type Transition,
  wouldAdmit,
} from './machine.ts'

const NO_CONTEXT: CallContext = Object.freeze({})

/**
 * What a breaker's calls go through: it feeds time and chance to the machine, keeps the state that
 * comes out, and tells the listeners.
 */
export class CircuitController {
  readonly options: ResolvedOptions
  state: CircuitState
  inFlight = 0
  rejections = 0
  queue: ListenerQueue | undefined
  #snapshot: Snapshot | undefined
  #snapshotOf: CircuitState | undefined

  constructor(options: ResolvedOptions) {
    this.options = options
    const since = options.clock.timestamp()
    const entry = { now: 0, since, reopens: 0, delayMs: 0, error: undefined }
    this.state = begin('closed', entry, options)
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
    if (this.state.kind !== 'closed') return this.#admitNotClosed(now)
    this.inFlight++
    return this.state
  }

  #admitNotClosed(now: number): Admission | CallNotPermittedError {
    const { options, state: before } = this
    const due = dueTransition(before, now, options)
    if (due !== undefined && this.state === before) this.#move(due, now, before.error)
    const { state } = this
    const admission = admit(state, now, options, options.random)
    if (admission === undefined) this.rejections++
    else this.inFlight++
    this.queue?.deliver() // first: it may have come into the state that rejects just now
    if (admission !== undefined) return admission
    this.#tellCall('rejected', 0, state.kind, false)
    return createRejection(state, now, options)
  }

  /** The gate after a call that returned. */
  succeed(admission: Admission, start: number, value: unknown): void {
    const now = this.options.clock.now()
    const failed =
      this.options.tracker.failsOnResult !== undefined && this.#isFailure('failsOnResult', value)
    this.#settle(admission, start, now, failed ? 'failure' : 'success', undefined)
  }

  /** The gate after a call that threw. */
  fail(admission: Admission, start: number, error: unknown): void {
    const now = this.options.clock.now()
    const judged = this.options.tracker.judgesRejections || !isCallNotPermitted(error)
    const failed = judged && this.#isFailure('failsOnError', error)
    this.#settle(admission, start, now, failed ? 'failure' : 'ignored', error)
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

  /** A tracker that throws means that an error is a failure and a result a success. */
  #isFailure(judge: 'failsOnError' | 'failsOnResult', outcome: unknown): boolean {
    const { options } = this
    return callOrDefault(options, 'tracker', judge === 'failsOnError', () =>
      Boolean(options.tracker[judge]?.(outcome)),
    )
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
    const counts = releaseSlot(admission, state, now)
    this.inFlight--
    if (counts) {
      const move = settle(state, outcome, now, durationMs, this.options)
      // a policy that moved the circuit while it was asked has had its way
      if (move !== undefined && this.state === state) this.#move(move, now, error)
    }
    if (this.queue?.idle === false) {
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
    this.queue?.deliver()
  }

  /**
   * Any state to any other. To the one it is in, quietly: closed begins a new, empty epoch, as long
   * closed as the old one; `forMs` moves the time of the next probe and starts the schedule over.
   */
  moveByHand(to: State, reason: string, forMs?: number): void {
    const { state, options } = this
    const { clock } = options
    if (state.kind !== to) {
      this.#move({ to, cause: 'manual', reason }, clock.now(), undefined, forMs)
      this.queue?.deliver()
    } else if (state.kind === 'closed') {
      this.state = { ...state, tally: openWindow(to, options) }
    } else if (state.kind === 'open' && forMs !== undefined) {
      const probeAt = clock.now() + forMs
      this.state = { ...state, reopens: 0, probeAt, retryAt: clock.timestamp() + forMs }
    }
  }

  #move(move: Transition, now: number, error?: unknown, forMs?: number): void {
    const { state: from, options } = this
    const { to, ...why } = move
    // both clocks read at once: the retryAt that people are told is when it may probe
    const entered = options.clock.now()
    const timestamp = options.clock.timestamp()
    const metrics = from.tally.metrics(now)
    if (why.cause !== 'shadow') {
      const reopens = reopensOn(from, move)
      const delayMs = to === 'open' ? (forMs ?? this.#nextProbeDelayMs(reopens, error)) : 0
      if (this.state !== from) return // a policy moved the circuit while it was asked
      this.state = begin(to, { now: entered, since: timestamp, reopens, delayMs, error }, options)
    }
    const { retryAt } = this.state
    this.queue?.push(
      Object.freeze<Signal>({
        circuitName: options.name,
        oldState: from.kind,
        newState: to,
        timestamp,
        ...why,
        metrics,
        ...(retryAt !== undefined && { retryAt }),
      }),
    )
  }

  #nextProbeDelayMs(reopens: number, error: unknown): number {
    const { retry, random } = this.options
    return callOrDefault(this.options, 'retry', DELAY_WITHOUT_POLICY_MS, () => {
      const delayMs = retry.delayMs({ reopens, error, random })
      const ok = typeof delayMs === 'number' && delayMs >= 0
      check(ok, 'retry: delayMs', 'a number of at least 0', delayMs, typeof delayMs === 'number')
      return delayMs === Number.POSITIVE_INFINITY ? delayMs : (requestedDelayMs(error) ?? delayMs)
    })
  }

  #tellCall(
    outcome: CallEvent['outcome'],
    durationMs: number,
    state: State,
    stale: boolean,
    error?: unknown,
  ): void {
    if (this.queue?.wantsCalls !== true) return
    const { name: circuitName, clock } = this.options
    const event = { circuitName, outcome, durationMs, state, timestamp: clock.timestamp(), stale }
    this.queue.notifyCall(Object.freeze(error === undefined ? event : { ...event, error }))
  }

  /** Made when the first listener joins; most circuits in a large registry have none. */
  get listeners(): ListenerQueue {
    this.queue ??= new ListenerQueue((error) => this.options.report(error, 'listener'))
    return this.queue
  }

  snapshot(): Snapshot {
    const { state, options } = this
    const now = options.clock.now()
    const metrics = state.tally.metrics(now)
    const permitted = wouldAdmit(state, now, options)
    const last = this.#snapshot
    const same = last?.metrics === metrics && last.permitted === permitted
    if (same && this.#snapshotOf === state) return last
    const { kind, since, reopens, retryAt } = state
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
function createRejection(
  state: CircuitState,
  now: number,
  { name, captureStack }: ResolvedOptions,
): CallNotPermittedError {
  const { kind, retryAt, error } = state
  const retryAfterMs =
    kind === 'open' && retryAt !== undefined
      ? Math.ceil(Math.max(0, state.probeAt - now)) // timers cut fractions off, and would be early
      : undefined
  const limit = captureStack ? undefined : engine.stackTraceLimit
  let limitLowered = false
  try {
    try {
      if (limit !== undefined) engine.stackTraceLimit = 0
      limitLowered = limit !== undefined
    } catch {} // hardened code has frozen it
    return new CallNotPermittedError(name, kind, retryAt, retryAfterMs, error)
  } finally {
    // also where making it ran out of stack: it is everybody's limit
    if (limitLowered) engine.stackTraceLimit = limit as number
  }
}
