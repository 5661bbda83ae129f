import type { FleetMember, FleetStatus, SharedCircuit, Signal } from '@fluxgate/core'
import type { Answer, News, Report, ReportEvent } from '../store/message.ts'
import { wireName } from '../store/wire-name.ts'
import { Announcer } from './announcer.ts'
import { Course } from './course.ts'
import { describeSums, setSharedSums, sharedWindowMs } from './fleet-wide.ts'
import type { Exchanger, FleetLink } from './link.ts'
import { type Entry, NOTHING, Outbox, PENDING } from './outbox.ts'
import { Probing } from './probing.ts'
import { emptyReport, neededVotes, reportsOf } from './report.ts'
import { Usage } from './usage.ts'

/** How long before the circuit is due its lease is requested, in ms. */
const AHEAD_MS = 500

/** One circuit of one instance, in its fleet. */
export class Member implements Exchanger {
  readonly name: string
  readonly #circuit: SharedCircuit
  readonly #link: FleetLink
  readonly #course: Course
  readonly #probing: Probing
  readonly #announcer: Announcer
  readonly #windowMs: number
  readonly #usage: Usage
  readonly #outbox = new Outbox()
  /** What the last exchange took from the outbox. */
  #sent: readonly Entry[] = []
  /** The version that was known before the last exchange. */
  #sentVersion = 0
  #left = false
  /** The next exchange carries the counts. Saves most of the cost of a call. */
  #isBatched = false
  /** Recorded calls since the last report. */
  #total = 0
  #failures = 0
  /** The sums for which the rule is evaluated now. */
  #judged: Answer | undefined
  /** The reason of the last opening, without what it says of other instances. */
  #reason = ''

  /** @throws TypeError when the rules of the circuit have different shared windows */
  constructor(circuit: SharedCircuit, link: FleetLink) {
    this.#circuit = circuit
    this.#link = link
    this.name = wireName(circuit.options.name)
    this.#windowMs = sharedWindowMs(circuit.options.tripper)
    this.#course = new Course(circuit, link)
    this.#probing = new Probing(circuit, link, this.#course.lease)
    this.#announcer = new Announcer(link)
    this.#usage = new Usage(link)
  }

  // For the circuit
  get status(): FleetStatus {
    return this.#course.status
  }

  mayProbe(asks: boolean): boolean {
    const { isHeld, isTaken, lease, dueAt } = this.#course
    if (this.#left || !isHeld) return true
    const now = this.#link.now()
    const isFree = now >= dueAt && !isTaken && lease.isRare(now)
    if (!asks) return isFree
    this.#usage.use(this)
    if (isFree) {
      lease.assume(now)
      this.#link.wake(this, true)
      return true
    }
    lease.rejectCall(now)
    if (now + AHEAD_MS >= dueAt && lease.ask(now)) this.#link.wake(this, true)
    return false
  }

  recorded(failed: boolean): void {
    if (this.#probing.isActive) {
      this.#recordProbe(failed)
    } else if (this.#windowMs > 0) {
      this.#total++
      if (failed) this.#failures++
      if (!this.#isBatched) this.#link.wake(this, false)
      this.#isBatched = true
    }
    if (!this.#usage.isPolled) this.#usage.use(this)
  }

  reasonOf({ to, cause, reason }: Parameters<FleetMember['reasonOf']>[0]): string {
    if (to !== 'open' || cause !== 'rule') return reason
    this.#reason = this.#judged ? describeSums(this.#judged) : reason
    const { known, isConnected } = this.#course
    const isFirst = isConnected && known?.state === 'closed' && known.reporters === 0
    const isAlone = isFirst && this.#judged === undefined && this.#link.settings.quorum !== 1
    return isAlone ? `${reason}; no other instance agrees` : this.#reason
  }

  entered(signal: Signal): void {
    const { newState, cause } = signal
    const fence = this.#probing.end()
    if (this.#left || cause === 'shadow') return
    if (this.#course.isMoving) {
      this.#announcer.decide(signal, this.#course.known?.by === this.#link.instance)
    } else if (cause === 'manual') {
      this.#enqueue({ event: 'withdrawn' })
    } else if (newState === 'half_open') {
      const { known, isConnected } = this.#course
      if (known?.state === 'open' && isConnected) this.#probing.begin(this, known)
    } else {
      if (this.#course.isConnected) this.#announcer.defer(signal)
      if (newState === 'open') this.#reportOpening(signal, fence)
      else this.#enqueue({ event: 'closed', signal, fence })
    }
  }

  leave(): void {
    if (this.#left) return
    this.#left = true
    this.#course.known = undefined
    this.#probing.end()
    this.#announcer.settleAll(true)
    if (this.#link.remove(this)) this.#enqueue({ event: 'left' })
  }

  // For the fleet
  get knownAt(): number {
    return this.#course.isConnected ? this.#course.knownAt : Number.NEGATIVE_INFINITY
  }

  report(error: unknown): void {
    this.#circuit.report(error)
  }

  keepsWatching(): boolean {
    const isClosed = this.#circuit.current.kind === 'closed'
    const isSettled = isClosed && this.#course.known?.state === 'closed'
    return this.#usage.keepsWatching(isSettled || this.#left)
  }

  takeReports(): readonly Report[] {
    const now = this.#link.now()
    const { lease, known } = this.#course
    const number = lease.numberAt(now)
    this.#sent = this.#outbox.take(now, number)
    this.#isBatched = false
    this.#sentVersion = known?.version ?? 0
    const report: Report = {
      ...emptyReport(this.name, this.#link.settings),
      life: known?.life ?? '',
      version: this.#sentVersion,
      fence: Math.max(0, number),
      leaseMs: lease.durationMs,
      aheadMs: AHEAD_MS,
      liveMs: Math.max(this.#link.settings.liveMs, this.#windowMs),
      windowMs: this.#windowMs,
    }
    const probes = number === PENDING ? {} : this.#probing.takeCounts()
    const counts = { total: this.#total, failures: this.#failures, ...probes }
    // at most once: counts that may have arrived are not sent again
    this.#total = 0
    this.#failures = 0
    return reportsOf(report, this.#sent, counts, lease.takeWish(), now)
  }

  answered(answers: readonly Answer[], sentAt: number): void {
    const sent = this.#sent
    this.#sent = []
    this.#announcer.answered(sent, answers, this.#sentVersion)
    const answer = answers.at(-1)
    if (answer === undefined || this.#left) return
    const claimed = sent.some(({ event }) => event === 'closed' || event === 'healthy')
    this.#adopt(answer, sentAt, claimed)
    this.#judge(answer)
    if (!this.#outbox.isEmpty) this.#link.wake(this, true) // what waited for the lease
  }

  failed(isOnlyThis: boolean): void {
    this.#course.isAlone ||= isOnlyThis
    this.#outbox.putBack(this.#sent)
    this.#sent = []
    this.#announcer.settleAll(true)
    setSharedSums(this.#circuit.current.window, undefined)
  }

  hear(news: News): void {
    if (this.#left) return
    // which life is the current one, only an answer says
    if (news.life === this.#course.known?.life) this.#adopt(news)
    else this.#link.wake(this, true)
  }

  /** @param claimed the circuit closed, or passed its probes, before the message */
  #adopt(message: News | Answer, sentAt?: number, claimed = false): void {
    const course = this.#course
    const relation = course.take(message, sentAt)
    if (relation === 'old') return
    const { kind } = this.#circuit.current
    if (relation === 'newer') {
      this.#announcer.settleAll(message.by === this.#link.instance)
      course.follow()
    } else if (relation === 'another life') {
      this.#meet(message)
    } else if (claimed && message.state === 'open') {
      course.follow() // the verdict came too late
    } else {
      course.reschedule()
    }
    if (message.state === 'recovering' && kind === 'closed' && sentAt !== undefined) {
      this.#enqueue({ event: 'closed' }) // the ramp of this instance is over
    }
  }

  /** The first contact with the store, or with one that was emptied: an open circuit says so. */
  #meet(message: News): void {
    const { kind, cause, reopens, reason } = this.#circuit.current
    const delayMs = this.#course.openUntil - this.#link.now()
    if (message.state !== 'closed') this.#course.follow()
    else if (kind === 'open' && cause !== 'manual' && delayMs > 0) {
      this.#enqueue({ event: 'opened', delayMs, reopens, reason: this.#reason || (reason ?? '') })
    }
  }

  /** Evaluates the rule for the sums of the fleet: the next call may be far off. */
  #judge(answer: Answer): void {
    if (this.#windowMs === 0) return
    const { window, kind } = this.#circuit.current
    const agree = answer.failing >= neededVotes(this.#link.settings.quorum, answer.instances)
    setSharedSums(window, agree ? answer : undefined)
    if (!agree || kind !== 'closed' || answer.state !== 'closed') return
    this.#judged = answer
    try {
      this.#circuit.judge()
    } finally {
      this.#judged = undefined
    }
  }

  #recordProbe(failed: boolean): void {
    this.#probing.record(failed)
    if (this.#circuit.current.healthy === true) {
      this.#enqueue({ event: 'healthy', fence: this.#probing.end() })
    } else {
      this.#link.wake(this, false)
    }
  }

  /** The rule was met, or the probes failed. */
  #reportOpening(signal: Signal, fence: number): void {
    const { cause, retryAt, timestamp } = signal
    const delayMs = (retryAt ?? Infinity) - timestamp
    this.#course.openUntil = this.#link.now() + delayMs
    const reason = cause === 'rule' ? this.#reason : signal.reason
    const event: ReportEvent = this.#judged === undefined ? 'opened' : 'opened_wide'
    this.#enqueue({ event, delayMs, reopens: this.#circuit.current.reopens, reason, fence, signal })
  }

  #enqueue(entry: Partial<Entry>): void {
    this.#outbox.add({ ...NOTHING, at: this.#link.now(), ...entry })
    this.#link.wake(this, true)
  }
}
