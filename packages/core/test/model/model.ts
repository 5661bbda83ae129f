import type { CallEvent, Cause, Metrics, Outcome, Snapshot, State } from '@fluxgate/core'
import { type AdmittedCall, Epoch } from './epoch.ts'
import type { ExpectedEvent, ExpectedRejection, ExpectedSignal } from './expected.ts'
import { permits, retryDelay } from './policy-model.ts'
import { type Evidence, type Finding, findings, isMet } from './rule-model.ts'
import type { Setup } from './setup.ts'

/** The delay that an error requests, which replaces the delay of the retry schedule. */
export type RequestedDelay = (error: unknown) => number | undefined

/**
 * Section 3 of the contract as plain, slow code: it keeps every outcome in an array and counts anew at
 * each read. Written from the contract and the docstrings, not from the machine.
 *
 * The driver sets `now` (monotonic), `chance` (what the random source returns) and `seenTotal` (see
 * `Epoch`), and removes the expected signals and events from the two arrays.
 */
export class Model {
  now = 0
  chance = 0
  seenTotal = 0
  reopens = 0
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
    this.#epoch = new Epoch('closed', 0)
  }

  get state(): State {
    return this.#epoch.state
  }

  /** Admits or rejects a call. */
  ask(): AdmittedCall | ExpectedRejection {
    if (this.state === 'open' && this.now >= this.#epoch.retryAt) this.#enter('half_open', 'retry')
    else if (this.#recovered()) this.#enter('closed', 'probes')
    if (!this.#admits(this.chance)) {
      this.rejections++
      this.#emit('rejected', this.state, 0, false)
      return this.#rejection()
    }
    const slot = this.state === 'half_open' && !this.#epoch.healthy
    const call: AdmittedCall = { epoch: this.#epoch, at: this.now, slot, settled: false }
    this.#epoch.calls.push(call)
    if (slot) this.changes++
    this.inFlight++
    return call
  }

  /** Settles an admitted call. */
  settle(call: AdmittedCall, outcome: Outcome, error?: unknown): void {
    call.settled = true
    this.inFlight--
    if (call.slot) this.changes++
    const stale = call.epoch !== this.#epoch || this.#leaseExpired(call)
    if (stale || this.state !== 'disabled') {
      this.#emit(outcome, call.epoch.state, this.now - call.at, stale, error)
    }
    if (stale || this.state === 'disabled') return
    if (outcome === 'success' || outcome === 'failure') {
      this.changes++
      const durationMs = this.now - call.at
      this.#epoch.recorded.push({ at: this.now, durationMs, failed: outcome === 'failure' })
      this.#judge(error)
    }
    if (call.epoch === this.#epoch && this.#recovered()) this.#enter('closed', 'probes')
  }

  /** A manual transition. */
  move(to: State, forMs?: number): void {
    this.changes++
    const { state, since } = this.#epoch
    if (to !== state) {
      this.reopens = 0
      this.#enter(to, 'manual', undefined, forMs)
    } else if (to === 'closed') {
      this.#epoch = new Epoch('closed', since)
    } else if (to === 'open' && forMs !== undefined) {
      this.reopens = 0
      this.#epoch.retryAt = this.now + forMs
    }
  }

  snapshot(): Snapshot {
    const { state, since } = this.#epoch
    return {
      name: this.#name,
      state,
      since: this.#unix(since),
      ...this.#retryAt(),
      reopens: this.reopens,
      metrics: this.#metrics(),
      permitted: this.#permitted(),
    }
  }

  /** The current verdict of the rule, and its leaves. */
  explain(): { met: boolean; findings: Finding[] } {
    const evidence = this.#evidence()
    return {
      met: isMet(this.#setup.rule, evidence),
      findings: findings(this.#setup.rule, evidence),
    }
  }

  get epoch(): Epoch {
    return this.#epoch
  }

  /** Monotonic times at which behaviour changes without a call. */
  boundaries(): { retry: number; ramp: number; lease: number } {
    const { permit, probeLeaseMs } = this.#setup
    const rampMs = permit.type === 'ramp' ? permit.durationMs : 0
    const oldest = this.#epoch.calls.find((call) => !call.settled)
    return {
      retry: this.#epoch.retryAt,
      ramp: this.#epoch.since + rampMs,
      lease: (oldest?.at ?? this.now) + probeLeaseMs,
    }
  }

  #judge(error: unknown): void {
    const epoch = this.#epoch
    const met = isMet(this.#setup.rule, this.#evidence())
    if (epoch.state === 'closed' && met) this.#enter('open', 'rule', error)
    if (epoch.state === 'half_open') this.#judgeProbes(met, error)
    if (epoch.state === 'metrics_only') {
      if (met && !epoch.shadow) this.#signal('metrics_only', 'metrics_only', 'shadow')
      epoch.shadow = met
    }
  }

  #judgeProbes(met: boolean, error: unknown): void {
    const { recorded } = this.#epoch
    const through = recorded.length >= this.#setup.probes
    if (met) this.#enter('open', 'rule', error)
    else if (through && recorded.every((call) => call.failed)) this.#enter('open', 'probes', error)
    else if (through) this.#epoch.healthy = true
  }

  /** Every transition goes through this method. */
  #enter(to: State, cause: Cause, error?: unknown, forMs?: number): void {
    const from = this.#epoch
    if (to === 'closed') this.reopens = 0
    if (from.state === 'half_open' && to === 'open' && cause !== 'manual') this.reopens++
    const opened = to === 'half_open' ? from.error : to === 'open' ? error : undefined
    const epoch = new Epoch(to, this.now, opened)
    if (to === 'open') epoch.retryAt = this.now + (forMs ?? this.#delay(error))
    this.#signal(from.state, to, cause, epoch)
    this.#epoch = epoch
  }

  #delay(error: unknown): number {
    const { retry } = this.#setup
    const own = retryDelay(retry, this.reopens, this.chance)
    return own === Number.POSITIVE_INFINITY ? own : (this.#requestedDelay(error) ?? own)
  }

  #signal(oldState: State, newState: State, cause: Cause, next: Epoch = this.#epoch): void {
    this.signals.push({
      oldState,
      newState,
      timestamp: this.#unix(this.now),
      cause,
      metrics: this.#metrics(),
      ...this.#retryAt(next),
      ...((cause === 'rule' || cause === 'shadow') && { findings: this.explain().findings }),
    })
  }

  #emit(
    outcome: CallEvent['outcome'],
    state: State,
    durationMs: number,
    stale: boolean,
    error?: unknown,
  ): void {
    const timestamp = this.#unix(this.now)
    this.events.push({ outcome, durationMs, state, timestamp, stale, error })
  }

  #admits(chance: number): boolean {
    const { state, healthy } = this.#epoch
    if (state !== 'half_open') return state !== 'open' && state !== 'forced_open'
    return (healthy || this.#slotsTaken() < this.#setup.probes) && this.#permits(chance)
  }

  /** Half-open: in flight plus settled. */
  #slotsTaken(): number {
    const { calls, recorded } = this.#epoch
    const holding = calls.filter((call) => !call.settled && !this.#leaseExpired(call))
    return holding.length + recorded.length
  }

  #leaseExpired(call: AdmittedCall): boolean {
    return call.slot && this.now - call.at >= this.#setup.probeLeaseMs
  }

  /** Half-open with healthy probes and a finished ramp: the next admission or settlement closes. */
  #recovered(): boolean {
    const { permit } = this.#setup
    const { state, since, healthy } = this.#epoch
    const rampMs = permit.type === 'ramp' ? permit.durationMs : 0
    return state === 'half_open' && healthy && this.now - since >= rampMs
  }

  #permits(chance: number): boolean {
    const { since, recorded } = this.#epoch
    const elapsedMs = this.now - since
    return permits(this.#setup.permit, elapsedMs, this.reopens, recorded, chance)
  }

  /** Whether a call could be admitted now. A random permit counts as willing. */
  #permitted(): boolean {
    const { state, retryAt } = this.#epoch
    if (this.#recovered()) return true
    if (state !== 'open') return this.#admits(0)
    return this.now >= retryAt && permits(this.#setup.permit, 0, this.reopens, [], 0)
  }

  #rejection(): ExpectedRejection {
    const { error } = this.#epoch
    const { retryAt } = this.#retryAt()
    return {
      state: this.state,
      ...(retryAt !== undefined && { retryAt, retryAfterMs: retryAt - this.#unix(this.now) }),
      ...(error !== undefined && { cause: error }),
    }
  }

  #retryAt({ state, retryAt }: Epoch = this.#epoch): { retryAt?: number } {
    return state === 'open' && Number.isFinite(retryAt) ? { retryAt: this.#unix(retryAt) } : {}
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
