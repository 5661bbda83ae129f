import type { CallEvent, Cause, Metrics, Outcome, Snapshot, State } from '@fluxgate/core'
import {
  type AdmissionContext,
  admits,
  hasRecovered,
  isDue,
  isPermitted,
} from './admission-model.ts'
import { type AdmittedCall, Epoch } from './epoch.ts'
import type { ExpectedEvent, ExpectedRejection, ExpectedSignal } from './expected.ts'
import { leaseOf, retryDelay } from './policy-model.ts'
import { restoredEpoch } from './restored-epoch.ts'
import { type Evidence, type Finding, findings, isMet, isTimed } from './rule-model.ts'
import type { Setup } from './setup.ts'

/** The delay that an error requests, for the delay of the retry schedule. */
export type RequestedDelay = (error: unknown) => number | undefined

/** A snapshot without what only a signal says. */
export type ExpectedSnapshot = Omit<Snapshot, 'reason' | 'report'>

/**
 * Section 3 of the contract as plain, slow code: it keeps every outcome in an array and counts anew at
 * each read. Written from the contract and the docstrings, not from the machine.
 *
 * The driver sets `now` (monotonic), `chance` (what the random source returns), `seenTotal` (see
 * `Epoch`) and `hasTimedListeners`, and removes the expected signals and events from the two arrays.
 */
export class Model {
  now = 0
  chance = 0
  seenTotal = 0
  hasTimedListeners = false
  reopens: number
  rejections = 0
  inFlight = 0
  /** Counts the steps that may have changed a snapshot. */
  changes = 0
  readonly signals: ExpectedSignal[] = []
  readonly events: ExpectedEvent[] = []
  readonly #setup: Setup
  readonly #name: string
  readonly #unixOrigin: number
  readonly #requestedDelay: RequestedDelay
  #epoch: Epoch

  constructor(setup: Setup, name: string, unixOrigin: number, requestedDelay: RequestedDelay) {
    this.#setup = setup
    this.#name = name
    this.#unixOrigin = unixOrigin
    this.#requestedDelay = requestedDelay
    const { epoch, reopens } = restoredEpoch(setup)
    this.#epoch = epoch
    this.reopens = reopens
  }

  get state(): State {
    return this.#epoch.state
  }

  get epoch(): Epoch {
    return this.#epoch
  }

  /** Admits or rejects a call with a time limit; `Infinity` for none. */
  ask(limitMs: number): AdmittedCall | ExpectedRejection {
    if (isDue(this.situation)) this.#enter('half_open', 'retry')
    else if (hasRecovered(this.situation)) this.#enter('closed', 'probes')
    if (!admits(this.situation, this.chance)) {
      this.rejections++
      this.#emit('rejected', this.state, 0, false)
      return this.#rejection()
    }
    const epoch = this.#epoch
    const { growths, healthy } = epoch
    const slot = this.state === 'half_open' && !healthy
    const leaseMs = leaseOf(this.#setup, limitMs)
    const timed = this.hasTimedListeners || this.#setup.timed === true || isTimed(this.#setup.rule)
    const call = { epoch, at: this.now, slot, leaseMs, growths, timed, settled: false }
    epoch.calls.push(call)
    if (slot) this.changes++
    this.inFlight++
    return call
  }

  /**
   * Settles an admitted call.
   *
   * @param rejectedIn the epoch in which the circuit made the rejection that `error` is or wraps
   */
  settle(call: AdmittedCall, outcome: Outcome, error?: unknown, rejectedIn?: Epoch): void {
    call.settled = true
    this.inFlight--
    if (call.slot) this.changes++
    const stale = call.epoch !== this.#epoch
    const durationMs = call.timed ? this.now - call.at : undefined
    if (stale || this.state !== 'disabled') {
      this.#emit(outcome, call.epoch.state, durationMs, stale, error)
    }
    if (stale || this.state === 'disabled') return
    if (call.slot && rejectedIn === this.#epoch && call.growths === this.#epoch.growths) {
      this.#epoch.growths++
    }
    if (outcome === 'success' || outcome === 'failure') {
      this.changes++
      this.#epoch.recorded.push({ at: this.now, durationMs, failed: outcome === 'failure' })
      const met = this.judge(error)
      if (this.state === 'half_open' && !met) this.#judgeProbes(error)
    } else if (outcome === 'ignored') {
      this.changes++
      this.#epoch.ignored++
    }
    if (call.epoch === this.#epoch && hasRecovered(this.situation)) this.#enter('closed', 'probes')
  }

  /** Evaluates the rule now, after a call that threw `error`. */
  judge(error?: unknown): boolean {
    const epoch = this.#epoch
    const met = isMet(this.#setup.rule, this.#evidence())
    if ((epoch.state === 'closed' || epoch.state === 'half_open') && met) {
      this.#enter('open', 'rule', error)
    } else if (epoch.state === 'metrics_only') {
      if (met && !epoch.shadow) this.#signal('metrics_only', 'metrics_only', 'shadow', error)
      epoch.shadow = met
    }
    return met
  }

  /** A manual transition. */
  move(to: State, { forMs, reopens = 0 }: { forMs?: number; reopens?: number } = {}): void {
    this.changes++
    const { state, since, cause } = this.#epoch
    if (to !== state) {
      if (state !== 'open' || to !== 'half_open') this.reopens = reopens
      this.#enter(to, 'manual', undefined, forMs)
    } else if (to === 'closed') {
      this.#epoch = new Epoch('closed', since, cause)
    } else if (to === 'open' && forMs !== undefined) {
      this.reopens = reopens
      this.#epoch.retryAt = this.now + forMs
    }
  }

  snapshot(): ExpectedSnapshot {
    const { state, since, cause, healthy } = this.#epoch
    return {
      name: this.#name,
      state,
      since: this.#unix(since),
      ...(cause && { cause }),
      ...this.#retryAt(),
      reopens: this.reopens,
      healthy,
      metrics: this.#metrics(),
      permitted: isPermitted(this.situation),
    }
  }

  /** Whether the rule is met now, and its leaves. */
  explain(): { met: boolean; findings: Finding[] } {
    const { rule } = this.#setup
    const evidence = this.#evidence()
    return { met: isMet(rule, evidence), findings: findings(rule, evidence) }
  }

  /** Closes or reopens by the outcomes of the probes, when the rule is not met. */
  #judgeProbes(error: unknown): void {
    const { recorded } = this.#epoch
    if (recorded.length < this.#setup.probes) return
    if (recorded.every((call) => call.failed)) this.#enter('open', 'probes', error)
    else this.#epoch.healthy = true
  }

  /** Every transition goes through this method. */
  #enter(to: State, cause: Cause, error?: unknown, forMs?: number): void {
    const from = this.#epoch
    if (to === 'closed') this.reopens = 0
    if (from.state === 'half_open' && to === 'open' && cause !== 'manual') this.reopens++
    const opened = to === 'half_open' ? from.error : to === 'open' ? error : undefined
    const epoch = new Epoch(to, this.now, cause, opened)
    if (to === 'open') epoch.retryAt = this.now + (forMs ?? this.#delay(error))
    this.#signal(from.state, to, cause, error, epoch)
    this.#epoch = epoch
  }

  /** A requested delay replaces that of the schedule at first, and is a minimum for reopenings. */
  #delay(error: unknown): number {
    const own = retryDelay(this.#setup.retry, this.reopens, this.chance)
    const requested = this.#requestedDelay(error)
    if (own === Number.POSITIVE_INFINITY || requested === undefined) return own
    return this.reopens === 0 ? requested : Math.max(requested, own)
  }

  #signal(
    oldState: State,
    newState: State,
    cause: Cause,
    error: unknown,
    next: Epoch = this.#epoch,
  ): void {
    this.signals.push({
      oldState,
      newState,
      timestamp: this.#unix(this.now),
      cause,
      metrics: this.#metrics(),
      ...this.#retryAt(next),
      ...((cause === 'rule' || cause === 'shadow') && { findings: this.explain().findings }),
      ...((newState === 'open' || cause === 'shadow') && { error }),
    })
  }

  #emit(
    outcome: CallEvent['outcome'],
    state: State,
    durationMs: number | undefined,
    stale: boolean,
    error?: unknown,
  ): void {
    const timestamp = this.#unix(this.now)
    const duration = durationMs === undefined ? {} : { durationMs }
    this.events.push({ outcome, ...duration, state, timestamp, stale, error })
  }

  #rejection(): ExpectedRejection {
    const { error } = this.#epoch
    const { retryAt } = this.#retryAt()
    return {
      state: this.state,
      ...(retryAt !== undefined && { retryAt, retryAfterMs: retryAt - this.#unix(this.now) }),
      ...(error !== undefined && { openedBy: error }),
    }
  }

  #retryAt({ state, retryAt }: Epoch = this.#epoch): { retryAt?: number } {
    return state === 'open' && Number.isFinite(retryAt) ? { retryAt: this.#unix(retryAt) } : {}
  }

  /** What decides whether the next call is admitted. */
  get situation(): AdmissionContext {
    return { setup: this.#setup, epoch: this.#epoch, now: this.now, reopens: this.reopens }
  }

  #metrics(): Metrics {
    return this.#epoch.metrics(this.#setup, this.now, this.seenTotal)
  }

  #evidence(): Evidence {
    return this.#epoch.evidence(this.#setup, this.now, this.seenTotal)
  }

  #unix(monotonic: number): number {
    return this.#unixOrigin + monotonic
  }
}
