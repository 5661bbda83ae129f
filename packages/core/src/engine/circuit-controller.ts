import { notSent } from '../internal/not-sent.ts'
import { read } from '../internal/read.ts'
import type { ListenerQueue } from '../listeners/listener-queue.ts'
import type { JudgeError } from '../model/call-options.ts'
import type { TripOptions } from '../model/circuit-handle.ts'
import type { Clock } from '../model/clock.ts'
import { summarizeError } from '../model/error-summary.ts'
import type { FleetMember } from '../model/fleet.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { State } from '../model/state.ts'
import { abortErrors, countAbortError, MAX_ABORT_ERRORS } from './abort-errors.ts'
import { admit, releaseSlot, settleRejection } from './admission.ts'
import type { ResolvedOptions } from './breaker-options.ts'
import type { Admission, CircuitState, Closed } from './circuit-state.ts'
import { createSignal } from './create-signal.ts'
import { begin, dueTransition, reopensOn, settle } from './machine.ts'
import type { Transition } from './machine-policy.ts'
import { notifyCall, notifySettled } from './notify-call.ts'
import { outcomeOf } from './outcome-of.ts'
import { nextProbeDelayMs } from './probe-delay.ts'
import type { Reject } from './rejection.ts'
import { restoredState } from './restored-state.ts'
import { timeOf } from './steady-clock.ts'

/**
 * Runs a circuit: passes time to the machine, keeps the state it returns, and notifies the listeners.
 * Policies and listeners are user code and may change the state while they run. After calling a
 * policy, compare `#state` with the state from before: if it differs, the later transition wins.
 */
export class CircuitController {
  readonly options: ResolvedOptions
  /** How many things use the durations of calls. */
  #timers: number
  /** Set by a registry, before listeners are attached. */
  defined = false
  inFlight = 0
  rejections = 0
  /** Ignored AbortErrors since the last recorded call; counts on after they have been reported. */
  abortErrors = 0
  queue: ListenerQueue | undefined
  /** The last snapshot, which is returned again until something changes, and the state it is of. */
  lastSnapshot: readonly [Snapshot, CircuitState] | undefined
  /** Present when the circuit is shared. */
  member: FleetMember | undefined
  /** Present while the circuit is in a registry, which orders its circuits by their last use. */
  usage: { touch(now?: number): void } | undefined
  /** Replaced only by {@link enter}. */
  #state: CircuitState
  /** The only reader of the clock. */
  readonly #time: Pick<Clock, 'now'>

  constructor(options: ResolvedOptions) {
    this.options = options
    const { initial, clock, timed } = options.rare
    this.#timers = Number(timed || options.tripper.timed !== false)
    this.#time = timeOf(clock)
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

  /** Whether a call that starts now is timed. */
  get timed(): boolean {
    return this.#timers > 0
  }

  /** Times all calls until the returned function is called. */
  watch(): () => void {
    this.#timers++
    let timers = 1
    return () => {
      this.#timers -= timers
      timers = 0
    }
  }

  /** When a call starts, in monotonic ms. Undefined for a call that is not timed. */
  start(): number | undefined {
    return this.timed ? this.now() : undefined
  }

  /** Monotonic ms. */
  now(): number {
    return this.#time.now()
  }

  /**
   * Admits a call. A rejection is counted and reported, then returned: throwing twice is expensive.
   * @param now monotonic ms, if the clock was read; while closed it is not needed
   * @param timeoutMs the time limit of the call, for the lease of a probe
   */
  admit<R>(now: number | undefined, reject: Reject<R>, timeoutMs?: number): Admission | R {
    // Stryker disable next-line LogicalOperator: an optimization; the slow path also admits while closed
    return this.admitClosed(now) ?? this.admitNotClosed(now ?? this.now(), reject, timeoutMs)
  }

  /** {@link admit} while the circuit is closed; returns undefined in other states. */
  admitClosed(now?: number): Closed | undefined {
    const state = this.#state
    if (state.kind !== 'closed') return undefined
    this.usage?.touch(now)
    this.inFlight++
    return state
  }

  /** {@link admit} for all other states. */
  admitNotClosed<R>(now: number, reject: Reject<R>, timeoutMs?: number): Admission | R {
    const { options } = this
    this.usage?.touch(now)
    const before = this.#state
    const held = this.member?.mayProbe(true) === false
    const due = held ? undefined : dueTransition(before, now, options)
    if (due !== undefined && this.#state === before) this.transition(due, now)
    const state = this.#state
    const admission = held ? undefined : admit(state, now, options, options.rare.random, timeoutMs)
    if (admission === undefined) this.rejections++
    else this.inFlight++
    // before the event of this call, which the due transition may have caused to be rejected
    this.queue?.deliver()
    if (admission !== undefined) return admission
    notifyCall(this, 'rejected', 0, state.kind, false)
    return reject(state, now, options)
  }

  /** Settles a call that returned `value`. */
  succeed(admission: Admission, start: number | undefined, value: unknown): void {
    const { options } = this
    const now = this.end(start)
    // two calls, because V8 optimizes the second one for the outcome that it always has
    // Stryker disable next-line ConditionalExpression: outcomeOf gives success without a tracker of results
    if (options.judgesResults) {
      this.settle(admission, start, now, outcomeOf(options, 'failsOnResult', value))
    } else this.settle(admission, start, now, 'success')
  }

  /**
   * Settles a call that threw `error`.
   *
   * @param hasSignal the call has a signal of its own, so that its AbortErrors are expected
   * @param judge decides before the tracker
   */
  fail(
    admission: Admission,
    start: number | undefined,
    error: unknown,
    hasSignal = false,
    judge?: JudgeError,
  ): void {
    const { options } = this
    const now = this.end(start)
    const neverSent = settleRejection(admission, error) || read(error, notSent) === true
    const outcome = neverSent ? 'ignored' : outcomeOf(options, 'failsOnError', error, judge)
    this.settle(admission, start, now, outcome, error)
    // Stryker disable next-line OptionalChaining: for TypeScript; this tracker judges errors
    const unexpected = outcome === 'ignored' && !hasSignal && abortErrors.failsOnError?.(error)
    if (unexpected) countAbortError(this)
  }

  // The methods of this class are short, and what is rare is in one of its own: engines inline the path
  // of every call only while it is short. None is private, for which each circuit would take 8 bytes.

  /** When a call ends. The clock is read only if the duration, the state or the window needs it. */
  end(start: number | undefined): number {
    const needsTime =
      start !== undefined ||
      this.#state.kind !== 'closed' ||
      this.options.window.needsTime !== false
    return needsTime ? this.now() : 0
  }

  /** Settles a call that is not counted. */
  release(
    admission: Admission,
    start: number | undefined,
    outcome: 'ignored' | 'aborted',
    error?: unknown,
  ): void {
    this.settle(admission, start, this.end(start), outcome, error)
  }

  settle(
    admission: Admission,
    start: number | undefined,
    now: number,
    outcome: Outcome,
    error?: unknown,
  ): void {
    const state = this.#state
    // Stryker disable next-line EqualityOperator: equal times give 0 either way
    const durationMs = start === undefined ? undefined : now > start ? now - start : 0
    const current = admission.kind === 'probe' ? releaseSlot(admission, state) : admission === state
    this.inFlight--
    if (current) this.record(state, outcome, now, durationMs, error)
    // Stryker disable next-line ConditionalExpression: an optimization; an idle queue delivers nothing
    if (this.queue?.idle === false) {
      notifySettled(this, admission, outcome, durationMs, !current, error)
      this.queue.deliver()
    }
  }

  /** Records the outcome of a call that is not stale. */
  record(
    state: CircuitState,
    outcome: Outcome,
    now: number,
    durationMs: number | undefined,
    error: unknown,
  ): void {
    const counts = outcome === 'success' || outcome === 'failure'
    if (counts && this.abortErrors < MAX_ABORT_ERRORS) this.abortErrors = 0
    const transition = settle(state, outcome, now, durationMs, this.options, error)
    if (transition !== undefined && this.#state === state) this.transition(transition, now, error)
    if (counts && state.kind !== 'disabled') this.member?.recorded(outcome === 'failure')
  }

  /** Enters the next state and queues its signal. */
  transition(transition: Transition, now: number, error?: unknown, schedule?: TripOptions): void {
    const { options } = this
    const from = this.#state
    const reason = this.member?.reasonOf(transition) ?? transition.reason
    const explained = { ...transition, reason }
    const { to, ...why } = explained
    const isShadow = why.cause === 'shadow'
    // both clocks are read together, so that `retryAt` is the time of `probeAt`
    const entered = this.now()
    const timestamp = options.rare.clock.timestamp()
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
    // Stryker disable next-line ConditionalExpression: an optimization; nothing receives the signal
    if (!this.queue && !this.member) return
    const signal = createSignal(options.name, from.kind, explained, details)
    this.queue?.push(signal)
    this.member?.entered(signal)
  }

  enter(state: CircuitState): void {
    this.#state = state
  }
}
