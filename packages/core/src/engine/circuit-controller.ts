import { callOrDefault } from '../internal/error-handler.ts'
import { isNotSent } from '../internal/not-sent.ts'
import { ListenerQueue } from '../listeners/listener-queue.ts'
import { type CallNotPermittedError, isCallNotPermitted } from '../model/errors.ts'
import type { Outcome } from '../model/outcome.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { CallEvent, Signal } from '../model/signal.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { State } from '../model/state.ts'
import { admit, releaseSlot, wouldAdmit } from './admission.ts'
import type { ResolvedOptions } from './breaker-options.ts'
import type { Admission, CircuitState } from './circuit-state.ts'
import {
  begin,
  dueTransition,
  explain,
  openWindow,
  reopensOn,
  settle,
  type Transition,
} from './machine.ts'
import { nextProbeDelayMs } from './probe-delay.ts'
import { createRejection } from './rejection.ts'

/**
 * Runs a circuit: passes time and random numbers to the machine, keeps the state it returns, and
 * notifies the listeners.
 *
 * Policies and listeners are user code and may change the state while they run. After calling a
 * policy, compare `#state` with the state from before: if it differs, the later transition wins.
 */
export class CircuitController {
  readonly options: ResolvedOptions
  inFlight = 0
  rejections = 0
  queue: ListenerQueue | undefined
  /** Replaced only by {@link #enter}. */
  #state: CircuitState
  #snapshot: Snapshot | undefined
  #snapshotOf: CircuitState | undefined

  constructor(options: ResolvedOptions) {
    this.options = options
    const since = options.clock.timestamp()
    const entry = { now: 0, since, reopens: 0, delayMs: 0, error: undefined }
    this.#state = begin('closed', entry, options)
  }

  get state(): State {
    return this.#state.kind
  }

  /**
   * Admits a call. A rejection is counted and reported, then returned instead of thrown: throwing it
   * a second time costs more than creating it.
   */
  admit(now: number): Admission | CallNotPermittedError {
    if (this.#state.kind !== 'closed') return this.#admitNotClosed(now)
    this.inFlight++
    return this.#state
  }

  #admitNotClosed(now: number): Admission | CallNotPermittedError {
    const { options } = this
    const before = this.#state
    const due = dueTransition(before, now, options)
    if (due !== undefined && this.#state === before) this.#transition(due, now, before.error)
    const state = this.#state
    const admission = admit(state, now, options, options.random)
    if (admission === undefined) this.rejections++
    else this.inFlight++
    // before the event of this call, which the due transition may have caused to be rejected
    this.queue?.deliver()
    if (admission !== undefined) return admission
    this.#notifyCall('rejected', 0, state.kind, false)
    return createRejection(state, now, options)
  }

  /** Settles a call that returned `value`. */
  succeed(admission: Admission, start: number, value: unknown): void {
    const now = this.options.clock.now()
    const failed =
      this.options.tracker.failsOnResult !== undefined && this.#isFailure('failsOnResult', value)
    this.#settle(admission, start, now, failed ? 'failure' : 'success', undefined)
  }

  /** Settles a call that threw `error`. */
  fail(admission: Admission, start: number, error: unknown): void {
    const now = this.options.clock.now()
    const judged = this.options.tracker.judgesRejections || !isCallNotPermitted(error)
    const failed = judged && !isNotSent(error) && this.#isFailure('failsOnError', error)
    this.#settle(admission, start, now, failed ? 'failure' : 'ignored', error)
  }

  /** Settles a call that is not counted. */
  release(
    admission: Admission,
    start: number,
    outcome: 'ignored' | 'aborted',
    error?: unknown,
  ): void {
    this.#settle(admission, start, this.options.clock.now(), outcome, error)
  }

  /** When the tracker throws, an error is a failure and a result is a success. */
  #isFailure(method: 'failsOnError' | 'failsOnResult', outcome: unknown): boolean {
    const { options } = this
    return callOrDefault(options, 'tracker', method === 'failsOnError', () =>
      Boolean(options.tracker[method]?.(outcome)),
    )
  }

  #settle(
    admission: Admission,
    start: number,
    now: number,
    outcome: Outcome,
    error: unknown,
  ): void {
    const state = this.#state
    const durationMs = now > start ? now - start : 0
    const current = releaseSlot(admission, state, now)
    this.inFlight--
    if (current) {
      const transition = settle(state, outcome, now, durationMs, this.options)
      if (transition !== undefined && this.#state === state) {
        this.#transition(transition, now, error)
      }
    }
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
    this.queue?.deliver()
  }

  /**
   * Moves the circuit to `to`, from any state. A transition to the current state emits no signal:
   * closed gets an empty window and keeps `since`; open with `forMs` gets a new `retryAt` and
   * restarts the retry schedule; other states do not change.
   */
  transitionManually(to: State, reason: string, forMs?: number): void {
    const { options } = this
    const { clock } = options
    const state = this.#state
    if (state.kind !== to) {
      this.#transition({ to, cause: 'manual', reason }, clock.now(), undefined, forMs)
      this.queue?.deliver()
    } else if (state.kind === 'closed') {
      this.#enter({ ...state, window: openWindow(to, options) })
    } else if (state.kind === 'open' && forMs !== undefined) {
      const probeAt = clock.now() + forMs
      this.#enter({ ...state, reopens: 0, probeAt, retryAt: clock.timestamp() + forMs })
    }
  }

  #transition(transition: Transition, now: number, error?: unknown, forMs?: number): void {
    const { options } = this
    const from = this.#state
    const { to, ...why } = transition
    // both clocks are read together, so that `retryAt` is the time of `probeAt`
    const entered = options.clock.now()
    const timestamp = options.clock.timestamp()
    const metrics = from.window.metrics(now)
    if (why.cause !== 'shadow') {
      const reopens = reopensOn(from, transition)
      const delayMs = to === 'open' ? (forMs ?? nextProbeDelayMs(options, reopens, error)) : 0
      if (this.#state !== from) return // the retry schedule changed the state
      this.#enter(begin(to, { now: entered, since: timestamp, reopens, delayMs, error }, options))
    }
    const { retryAt } = this.#state
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

  #enter(state: CircuitState): void {
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

  /** Created for the first listener: most circuits of a large registry have none. */
  get listeners(): ListenerQueue {
    this.queue ??= new ListenerQueue(
      (error) => this.options.report(error, 'listener'),
      this.options.clock,
    )
    return this.queue
  }

  snapshot(): Snapshot {
    const { options } = this
    const state = this.#state
    const now = options.clock.now()
    const metrics = state.window.metrics(now)
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

  explain(): RuleReport {
    const { window } = this.#state
    window.expire(this.options.clock.now())
    return explain(window, this.options)
  }
}
