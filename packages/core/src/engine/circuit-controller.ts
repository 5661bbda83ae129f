import { isNotSent } from '../internal/not-sent.ts'
import type { ListenerQueue } from '../listeners/listener-queue.ts'
import type { JudgeError } from '../model/call-options.ts'
import type { TripOptions } from '../model/circuit-handle.ts'
import { summarizeError } from '../model/error-summary.ts'
import type { FleetMember } from '../model/fleet.ts'
import type { Outcome } from '../model/outcome.ts'
import type { CallEvent } from '../model/signal.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { State } from '../model/state.ts'
import { abortErrors, MAX_ABORT_ERRORS, tooManyAbortErrors } from './abort-errors.ts'
import { admit, releaseSlot, settleRejection, wouldAdmit } from './admission.ts'
import type { ResolvedOptions } from './breaker-options.ts'
import type { Admission, CircuitState } from './circuit-state.ts'
import { createSignal } from './create-signal.ts'
import { heldByFleet, toldToFleet } from './fleet-gate.ts'
import { begin, dueTransition, reopensOn, settle } from './machine.ts'
import type { Transition } from './machine-policy.ts'
import { outcomeOf } from './outcome-of.ts'
import { nextProbeDelayMs } from './probe-delay.ts'
import type { Reject } from './rejection.ts'
import { restoredState } from './restored-state.ts'
import { snapshotOf } from './snapshot-of.ts'

/**
 * Runs a circuit: passes time and random numbers to the machine, keeps the state it returns, and
 * notifies the listeners.
 *
 * Policies and listeners are user code and may change the state while they run. After calling a
 * policy, compare `#state` with the state from before: if it differs, the later transition wins.
 */
export class CircuitController {
  readonly options: ResolvedOptions
  /** Set by a registry, before listeners are attached. */
  defined = false
  inFlight = 0
  rejections = 0
  queue: ListenerQueue | undefined
  /** Present when the circuit is shared. */
  member: FleetMember | undefined
  /** Present while the circuit is in a registry, which orders its circuits by their last use. */
  usage: { touch(now: number): void } | undefined
  /** Replaced only by {@link enter}. */
  #state: CircuitState
  #snapshot: Snapshot | undefined
  #snapshotOf: CircuitState | undefined
  #lastNow = Number.NEGATIVE_INFINITY
  #clockOffsetMs = 0
  /** Ignored AbortErrors since the last recorded call. */
  #abortErrors = 0
  #reportedAbortErrors = false

  constructor(options: ResolvedOptions) {
    this.options = options
    const { initial, clock } = options
    this.#state =
      initial === undefined
        ? begin('closed', { now: 0, since: clock.timestamp(), reopens: 0 }, options)
        : restoredState(initial, options, this.now(), clock.timestamp())
  }

  get state(): State {
    return this.#state.kind
  }

  /** The state with its data. */
  get current(): CircuitState {
    return this.#state
  }

  /** Monotonic ms. The only reader of the clock. When the clock steps back, time goes on from there. */
  now(): number {
    const now = this.options.clock.now() + this.#clockOffsetMs
    if (now >= this.#lastNow) {
      this.#lastNow = now
      return now
    }
    return this.#rebase(now)
  }

  #rebase(now: number): number {
    const stepMs = this.#lastNow - now
    if (Number.isFinite(stepMs)) this.#clockOffsetMs += stepMs
    else this.#lastNow = now // a custom clock returned NaN or an infinity
    return this.#lastNow
  }

  /**
   * Admits a call. A rejection is counted and reported, then returned instead of thrown: throwing it
   * a second time costs more than creating it.
   *
   * @param reject creates what is returned for a rejected call
   * @param timeoutMs the time limit of the call, for the lease of a probe
   */
  admit<R>(now: number, reject: Reject<R>, timeoutMs?: number): Admission | R {
    this.usage?.touch(now)
    // Stryker disable next-line ConditionalExpression,StringLiteral: an optimization; the slow path also admits while closed
    if (this.#state.kind !== 'closed') return this.#admitNotClosed(now, reject, timeoutMs)
    this.inFlight++
    return this.#state
  }

  #admitNotClosed<R>(now: number, reject: Reject<R>, timeoutMs?: number): Admission | R {
    const { options } = this
    const before = this.#state
    const held = heldByFleet(before, this.member, true)
    const due = held ? undefined : dueTransition(before, now, options)
    if (due !== undefined && this.#state === before) this.transition(due, now)
    const state = this.#state
    const admission = held ? undefined : admit(state, now, options, options.random, timeoutMs)
    if (admission === undefined) this.rejections++
    else this.inFlight++
    // before the event of this call, which the due transition may have caused to be rejected
    this.queue?.deliver()
    if (admission !== undefined) return admission
    this.#notifyCall('rejected', 0, state.kind, false)
    return reject(state, now, options)
  }

  /** Settles a call that returned `value`. */
  succeed(admission: Admission, start: number, value: unknown): void {
    const { options } = this
    const now = this.now()
    const outcome =
      options.tracker.failsOnResult === undefined && options.ignore?.failsOnResult === undefined
        ? 'success'
        : outcomeOf(options, 'failsOnResult', value)
    this.#settle(admission, start, now, outcome, undefined)
  }

  /**
   * Settles a call that threw `error`.
   *
   * @param hasSignal the call has a signal of its own, so that its AbortErrors are expected
   * @param judge decides before the tracker
   */
  fail(
    admission: Admission,
    start: number,
    error: unknown,
    hasSignal = false,
    judge?: JudgeError,
  ): void {
    const { options } = this
    const now = this.now()
    const neverSent = settleRejection(admission, error) || isNotSent(error)
    const outcome = neverSent ? 'ignored' : outcomeOf(options, 'failsOnError', error, judge)
    this.#settle(admission, start, now, outcome, error)
    const unexpected = outcome === 'ignored' && !hasSignal && abortErrors.failsOnError?.(error)
    if (unexpected) this.#countAbortError()
  }

  /** Settles a call that is not counted. */
  release(
    admission: Admission,
    start: number,
    outcome: 'ignored' | 'aborted',
    error?: unknown,
  ): void {
    this.#settle(admission, start, this.now(), outcome, error)
  }

  #countAbortError(): void {
    if (++this.#abortErrors < MAX_ABORT_ERRORS || this.#reportedAbortErrors) return
    this.#reportedAbortErrors = true
    this.options.report(tooManyAbortErrors(), 'tracker')
  }

  #settle(
    admission: Admission,
    start: number,
    now: number,
    outcome: Outcome,
    error: unknown,
  ): void {
    const state = this.#state
    // Stryker disable next-line EqualityOperator: equal times give 0 either way
    const durationMs = now > start ? now - start : 0
    const current = releaseSlot(admission, state)
    this.inFlight--
    if (current) {
      const counts = outcome === 'success' || outcome === 'failure'
      if (counts) this.#abortErrors = 0
      const transition = settle(state, outcome, now, durationMs, this.options, error)
      if (transition !== undefined && this.#state === state) {
        this.transition(transition, now, error)
      }
      if (counts && state.kind !== 'disabled') this.member?.recorded(outcome === 'failure')
    }
    // Stryker disable next-line ConditionalExpression: an optimization; an idle queue delivers nothing
    if (this.queue?.idle === false) {
      this.#notifySettled(admission, outcome, durationMs, !current, error)
    }
  }

  #notifySettled(
    admission: Admission,
    outcome: Outcome,
    durationMs: number,
    stale: boolean,
    error: unknown,
  ): void {
    const { kind } = admission.kind === 'probe' ? admission.epoch : admission
    if (stale || kind !== 'disabled') this.#notifyCall(outcome, durationMs, kind, stale, error)
    // Stryker disable next-line OptionalChaining: only a circuit with a queue comes here; the check is for TypeScript
    this.queue?.deliver()
  }

  /** Enters the next state and queues its signal. */
  transition(transition: Transition, now: number, error?: unknown, schedule?: TripOptions): void {
    const { options } = this
    const from = this.#state
    const told = toldToFleet(transition, this.member)
    const { to, ...why } = told
    const isShadow = why.cause === 'shadow'
    // both clocks are read together, so that `retryAt` is the time of `probeAt`
    const entered = this.now()
    const timestamp = options.clock.timestamp()
    const metrics = from.window.metrics(now)
    if (!isShadow) {
      const reopens = schedule?.reopens ?? reopensOn(from, transition)
      const delayMs =
        to === 'open' ? (schedule?.forMs ?? nextProbeDelayMs(options, reopens, error, metrics)) : 0
      if (this.#state !== from) return // the retry schedule changed the state
      const opener = error === undefined ? undefined : summarizeError(error)
      const openedBy = to === 'open' ? opener : from.openedBy
      const origin = { ...why, since: timestamp, reopens, openedBy }
      this.enter(begin(to, { ...origin, now: entered, delayMs }, options))
    }
    const details = { timestamp, metrics, retryAt: this.#state.retryAt, error }
    if (!this.queue && !this.member) return
    const signal = createSignal(options.name, from.kind, told, details)
    this.queue?.push(signal)
    this.member?.entered(signal)
  }

  enter(state: CircuitState): void {
    this.#state = state
  }

  #notifyCall(
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

  snapshot(): Snapshot {
    const { options } = this
    const state = this.#state
    const now = this.now()
    const metrics = state.window.metrics(now)
    const permitted = !heldByFleet(state, this.member, false) && wouldAdmit(state, now, options)
    const fleet = this.member?.status
    const last = this.#snapshot
    const same = last?.metrics === metrics && last.permitted === permitted && last.fleet === fleet
    if (same && this.#snapshotOf === state) return last
    this.#snapshotOf = state
    this.#snapshot = snapshotOf(state, options.name, metrics, permitted, fleet)
    return this.#snapshot
  }
}
