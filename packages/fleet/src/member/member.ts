import type { FleetMember, FleetStatus, SharedCircuit, Signal } from '@fluxgate/core'
import type { Answer, Report, ReportEvent, StateUpdate } from '../store/message.ts'
import { wireName } from '../store/wire-name.ts'
import { CircuitSync } from './circuit-sync.ts'
import { EventQueue, NO_EVENT, PENDING_FENCE, type QueuedEvent } from './event-queue.ts'
import { describeSums, setSharedSums, sharedWindowMs } from './fleet-wide.ts'
import type { ExchangeParticipant, MemberContext } from './member-context.ts'
import { NotifyDecider } from './notify-decider.ts'
import { Probing } from './probing.ts'
import { RecentUse } from './recent-use.ts'
import { emptyReport, neededVotes, reportsOf } from './report.ts'

/** How long before the circuit is due its lease is requested, in ms. */
const LEASE_LEAD_MS = 500

/** One circuit of one instance, in its fleet. */
export class Member implements ExchangeParticipant {
  readonly name: string
  readonly #circuit: SharedCircuit
  readonly #context: MemberContext
  readonly #sync: CircuitSync
  readonly #probing: Probing
  readonly #notifyDecider: NotifyDecider
  readonly #windowMs: number
  readonly #recentUse: RecentUse
  readonly #events = new EventQueue()
  /** The events of the pending exchange. */
  #sent: readonly QueuedEvent[] = []
  /** The version that was known before the pending exchange. */
  #sentVersion = 0
  #hasLeft = false
  /** The next exchange includes the counts. Checking this saves most of the cost of a call. */
  #isBatched = false
  /** Recorded calls since the last report. */
  #total = 0
  #failures = 0
  /** The sums for which the rule is evaluated now. */
  #sums: Answer | undefined
  /** The reason of the last opening, without the part about other instances. */
  #ruleReason = ''

  /** @throws TypeError when the rules of the circuit have different shared windows */
  constructor(circuit: SharedCircuit, context: MemberContext) {
    this.#circuit = circuit
    this.#context = context
    this.name = wireName(circuit.options.name)
    this.#windowMs = sharedWindowMs(circuit.options.tripper)
    this.#sync = new CircuitSync(circuit, context)
    this.#probing = new Probing(circuit, context, this.#sync.lease)
    this.#notifyDecider = new NotifyDecider(context)
    this.#recentUse = new RecentUse(context)
  }

  // For the circuit
  get status(): FleetStatus {
    return this.#sync.status
  }

  mayProbe(isCall: boolean): boolean {
    const { needsLease, isLeasedByOther, lease, dueAt } = this.#sync
    if (this.#hasLeft || !needsLease) return true
    const now = this.#context.now()
    const canAssumeLease = now >= dueAt && !isLeasedByOther && lease.areCallsRare(now)
    if (!isCall) return canAssumeLease
    this.#recentUse.record(this)
    if (canAssumeLease) {
      lease.assume(now)
      this.#context.schedule(this, true)
      return true
    }
    lease.recordRejection(now)
    if (now + LEASE_LEAD_MS >= dueAt && lease.request(now)) this.#context.schedule(this, true)
    return false
  }

  recorded(failed: boolean): void {
    if (this.#probing.isActive) {
      this.#recordProbe(failed)
    } else if (this.#windowMs > 0) {
      this.#total++
      if (failed) this.#failures++
      if (!this.#isBatched) this.#context.schedule(this, false)
      this.#isBatched = true
    }
    if (!this.#recentUse.isPolled) this.#recentUse.record(this)
  }

  reasonOf({ to, cause, reason }: Parameters<FleetMember['reasonOf']>[0]): string {
    if (to !== 'open' || cause !== 'rule') return reason
    this.#ruleReason = this.#sums ? describeSums(this.#sums) : reason
    const { known, isConnected } = this.#sync
    const isFirst = isConnected && known?.state === 'closed' && known.reporters === 0
    const isOnly = isFirst && this.#sums === undefined && this.#context.settings.quorum !== 1
    return isOnly ? `${reason}; no other instance agrees` : this.#ruleReason
  }

  entered(signal: Signal): void {
    const { newState, cause } = signal
    const fence = this.#probing.end()
    if (this.#hasLeft || cause === 'shadow') return
    const { known, isConnected, isApplying } = this.#sync
    if (isApplying) {
      this.#notifyDecider.decide(signal, known?.by === this.#context.instance)
    } else if (cause === 'manual') {
      this.#enqueue({ event: 'vote_withdrawn' })
    } else if (newState === 'half_open') {
      if (known?.state === 'open' && isConnected) this.#probing.begin(this, known)
    } else {
      if (isConnected) this.#notifyDecider.defer(signal)
      if (newState === 'open') this.#reportOpening(signal, fence)
      else this.#enqueue({ event: 'closed', signal, fence })
    }
  }

  leave(): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.#sync.known = undefined
    this.#probing.end()
    this.#notifyDecider.settleAll(true)
    if (this.#context.remove(this)) this.#enqueue({ event: 'left' })
  }

  // For the fleet
  get knownAt(): number {
    return this.#sync.isConnected ? this.#sync.knownAt : Number.NEGATIVE_INFINITY
  }

  report(error: unknown): void {
    this.#circuit.report(error)
  }

  shouldPollAgain(): boolean {
    const isClosed = this.#circuit.current.kind === 'closed'
    const isSettled = isClosed && this.#sync.known?.state === 'closed'
    return this.#recentUse.shouldPollAgain(isSettled || this.#hasLeft)
  }

  takeReports(): readonly Report[] {
    const now = this.#context.now()
    const { lease, known } = this.#sync
    const fence = lease.fenceAt(now)
    this.#sent = this.#events.take(now, fence)
    this.#isBatched = false
    this.#sentVersion = known?.version ?? 0
    const report: Report = {
      ...emptyReport(this.name, this.#context.settings),
      incarnation: known?.incarnation ?? '',
      version: this.#sentVersion,
      fence: Math.max(0, fence),
      leaseMs: lease.durationMs,
      leadMs: LEASE_LEAD_MS,
      liveMs: Math.max(this.#context.settings.liveMs, this.#windowMs),
      windowMs: this.#windowMs,
    }
    const probes = fence === PENDING_FENCE ? {} : this.#probing.takeCounts()
    const counts = { total: this.#total, failures: this.#failures, ...probes }
    // at most once: counts that may have arrived are not sent again
    this.#total = 0
    this.#failures = 0
    return reportsOf(report, this.#sent, counts, lease.takeRequest(), now)
  }

  answered(answers: readonly Answer[], sentAt: number): void {
    const sent = this.#sent
    this.#sent = []
    this.#notifyDecider.answered(sent, answers, this.#sentVersion)
    const answer = answers.at(-1)
    if (answer === undefined || this.#hasLeft) return
    const reportedRecovery = sent.some(({ event }) => event === 'closed' || event === 'healthy')
    this.#receive(answer, sentAt, reportedRecovery)
    this.#evaluateRule(answer)
    if (!this.#events.isEmpty) this.#context.schedule(this, true) // they waited for the lease
  }

  failed(onlyThisCircuit: boolean): void {
    this.#sync.isUnanswered ||= onlyThisCircuit
    this.#events.putBack(this.#sent)
    this.#sent = []
    this.#notifyDecider.settleAll(true)
    setSharedSums(this.#circuit.current.window, undefined)
  }

  receiveUpdate(update: StateUpdate): void {
    if (this.#hasLeft) return
    // only an answer shows which incarnation is the current one
    if (update.incarnation === this.#sync.known?.incarnation) this.#receive(update)
    else this.#context.schedule(this, true)
  }

  /** @param reportedRecovery the message answers a report that the circuit closed or is healthy */
  #receive(message: StateUpdate | Answer, sentAt?: number, reportedRecovery = false): void {
    const sync = this.#sync
    const relation = sync.receive(message, sentAt)
    if (relation === 'older') return
    const { kind } = this.#circuit.current
    if (relation === 'newer') {
      this.#notifyDecider.settleAll(message.by === this.#context.instance)
      sync.apply()
    } else if (relation === 'other incarnation') {
      this.#startIncarnation(message)
    } else if (reportedRecovery && message.state === 'open') {
      sync.apply() // the verdict arrived too late
    } else {
      sync.reschedule()
    }
    if (message.state === 'recovering' && kind === 'closed' && sentAt !== undefined) {
      this.#enqueue({ event: 'closed' }) // the ramp of this instance has ended
    }
  }

  /** The first contact with the store, or with one that was emptied: reports an open circuit. */
  #startIncarnation(message: StateUpdate): void {
    const { kind, cause, reopens, reason = '' } = this.#circuit.current
    const delayMs = this.#sync.openUntil - this.#context.now()
    if (message.state !== 'closed') this.#sync.apply()
    else if (kind === 'open' && cause !== 'manual' && delayMs > 0) {
      this.#enqueue({ event: 'opened', delayMs, reopens, reason: this.#ruleReason || reason })
    }
  }

  /** Evaluates the rule when sums arrive, because the next call may come much later. */
  #evaluateRule(answer: Answer): void {
    if (this.#windowMs === 0) return
    const { window, kind } = this.#circuit.current
    const agree = answer.failing >= neededVotes(this.#context.settings.quorum, answer.instances)
    setSharedSums(window, agree ? answer : undefined)
    if (!agree || kind !== 'closed' || answer.state !== 'closed') return
    this.#sums = answer
    try {
      this.#circuit.judge()
    } finally {
      this.#sums = undefined
    }
  }

  #recordProbe(failed: boolean): void {
    this.#probing.record(failed)
    if (this.#circuit.current.healthy === true) {
      this.#enqueue({ event: 'healthy', fence: this.#probing.end() })
    } else {
      this.#context.schedule(this, false)
    }
  }

  /** Reports that the rule was met, or that the probes failed. */
  #reportOpening(signal: Signal, fence: number): void {
    const { cause, retryAt, timestamp } = signal
    const delayMs = (retryAt ?? Infinity) - timestamp
    this.#sync.openUntil = this.#context.now() + delayMs
    const reason = cause === 'rule' ? this.#ruleReason : signal.reason
    const event: ReportEvent = this.#sums === undefined ? 'opened' : 'opened_fleet_wide'
    this.#enqueue({ event, delayMs, reopens: this.#circuit.current.reopens, reason, fence, signal })
  }

  #enqueue(event: Partial<QueuedEvent>): void {
    this.#events.add({ ...NO_EVENT, at: this.#context.now(), ...event })
    this.#context.schedule(this, true)
  }
}
