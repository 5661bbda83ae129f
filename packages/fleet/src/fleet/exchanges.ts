import type { ExchangeParticipant } from '../member/member-context.ts'
import type { FleetStore } from '../store/fleet-store.ts'
import type { Answer, Report } from '../store/message.ts'
import { parseAnswer } from '../store/parse.ts'
import type { ResolvedFleetOptions } from './fleet-options.ts'
import { RateLimit } from './rate-limit.ts'
import { timeLimit } from './time-limit.ts'

/** The longest delay of counts before an exchange, in ms: four exchanges a second. */
const BATCH_MS = 250
/** The most circuits in one exchange. */
const MAX_MEMBERS = 200

/** The callbacks of {@link Exchanges}. */
export interface ExchangeEvents {
  onAnswered(): void
  onFailed(error: unknown): void
  /** The store answered about some circuits only. Called once until it answers about all again. */
  onPartialFailure(error: unknown): void
  /** Whether the store answered the last report about any other circuit. */
  answersAboutOthers(members: readonly ExchangeParticipant[]): boolean
}

/** All answers are valid, some are, or the exchange failed. */
type Outcome = 'answered' | 'partly answered' | 'failed'

/**
 * Sends the reports of all circuits of this instance in one exchange. At most one exchange is pending,
 * and at most 5 start in a second.
 */
export class Exchanges {
  readonly #store: FleetStore
  readonly #options: ResolvedFleetOptions
  readonly #events: ExchangeEvents
  readonly #rate = new RateLimit()
  /** Circuits that changed. They are sent before those that only request the state, or have counts. */
  readonly #urgent = new Set<ExchangeParticipant>()
  readonly #waiting = new Set<ExchangeParticipant>()
  /** Circuits that the store did not answer about. They are sent again after `retryMs`. */
  readonly #failing = new Set<ExchangeParticipant>()
  #isRetryScheduled = false
  #pending: Promise<Outcome> | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #cancelTimer: (() => void) | undefined
  #retryAt = Number.NEGATIVE_INFINITY

  constructor(store: FleetStore, options: ResolvedFleetOptions, events: ExchangeEvents) {
    this.#store = store
    this.#options = options
    this.#events = events
  }

  /**
   * Adds a circuit to the next exchange.
   *
   * @param urgent starts the exchange as soon as the rate limit allows
   * @param first sends the circuit before others when an exchange is full
   */
  add(member: ExchangeParticipant, urgent: boolean, first = urgent): void {
    if (first) this.#urgent.add(member)
    else this.#waiting.add(member)
    this.#schedule(urgent ? 0 : BATCH_MS)
  }

  /** Sends all reports now, also during the pause after a failure. Resolves with false on failure. */
  async flush(): Promise<boolean> {
    await this.#pending
    for (const member of this.#failing) this.#waiting.add(member)
    let ok = true
    while (this.#hasWaiting) {
      const outcome = await this.#start()
      if (outcome === 'failed') return false
      ok &&= outcome === 'answered'
    }
    return ok
  }

  /** Sends reports in an exchange of their own: commands, also about circuits of other instances. */
  async send(reports: readonly Report[]): Promise<readonly Answer[] | undefined> {
    await this.#pending
    try {
      const answers = await this.#exchange(reports)
      const error = answers.find(isError)
      if (error === undefined) return answers as readonly Answer[]
      this.#events.onPartialFailure(error)
    } catch (error) {
      this.#events.onFailed(error)
    }
    return undefined
  }

  get #hasWaiting(): boolean {
    return this.#urgent.size + this.#waiting.size > 0
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options
    const now = clock.now()
    const at = Math.max(now + delayMs, this.#rate.nextAt(now), this.#retryAt)
    if (at >= this.#timerAt) return
    this.#cancelTimer?.()
    this.#timerAt = at
    this.#cancelTimer = clock.setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY
        // at its end, a pending exchange schedules the next one
        if (this.#pending === undefined) void this.#start()
      },
      Math.max(0, at - now),
    )
  }

  /** Never rejects. */
  #start(): Promise<Outcome> {
    this.#cancelTimer?.()
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#pending = this.#run()
    return this.#pending
  }

  async #run(): Promise<Outcome> {
    const { clock, retryMs } = this.#options
    const urgent = new Set(this.#urgent)
    const members = [...new Set([...urgent, ...this.#waiting])].slice(0, MAX_MEMBERS)
    for (const member of members) {
      this.#urgent.delete(member)
      this.#waiting.delete(member)
    }
    const sentAt = clock.now()
    this.#rate.start(sentAt)
    const batches = members.map((member) => member.takeReports())
    const outcome = await this.#exchangeFor(members, batches.flat()).then(
      (answers): Outcome => {
        this.#retryAt = Number.NEGATIVE_INFINITY
        this.#events.onAnswered()
        let from = 0
        members.forEach((member, index) => {
          const to = from + (batches[index]?.length ?? 0)
          this.#deliver(member, answers.slice(from, to), sentAt)
          from = to
        })
        return members.some((member) => this.#failing.has(member)) ? 'partly answered' : 'answered'
      },
      (error: unknown): Outcome => {
        this.#retryAt = clock.now() + retryMs
        for (const member of members) member.failed(false)
        for (const member of members)
          (urgent.has(member) ? this.#urgent : this.#waiting).add(member)
        this.#events.onFailed(error)
        return 'failed'
      },
    )
    this.#pending = undefined
    if (this.#hasWaiting) this.#schedule(0)
    return outcome
  }

  #deliver(
    member: ExchangeParticipant,
    answers: readonly (Answer | Error)[],
    sentAt: number,
  ): void {
    const error = answers.find(isError)
    if (error === undefined) {
      this.#failing.delete(member)
      member.answered(answers as readonly Answer[], sentAt)
      return
    }
    if (this.#failing.size === 0) this.#events.onPartialFailure(error)
    this.#failing.add(member)
    member.failed(true)
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#isRetryScheduled) return
    this.#isRetryScheduled = true
    const { clock, retryMs } = this.#options
    clock.setTimeout(() => {
      this.#isRetryScheduled = false
      for (const member of this.#failing) this.add(member, false)
    }, retryMs)
  }

  /** Rejects when the store answers about no circuit. */
  async #exchangeFor(
    members: readonly ExchangeParticipant[],
    reports: readonly Report[],
  ): Promise<readonly (Answer | Error)[]> {
    const answers = await this.#exchange(reports)
    const [first] = answers
    const failed = isError(first) && answers.every(isError)
    if (failed && !this.#events.answersAboutOthers(members)) throw first
    return answers
  }

  /** Replaces each missing or invalid answer by an error. */
  async #exchange(reports: readonly Report[]): Promise<readonly (Answer | Error)[]> {
    const { clock, timeoutMs, instance } = this.#options
    const late = timeLimit(clock, timeoutMs)
    try {
      const answers = await Promise.race([this.#store.exchange(instance, reports), late.reached])
      return reports.map(({ name }, index) => {
        const answer: unknown = Object(answers)[index]
        return parseAnswer(answer, name) ?? failureOf(answer, name)
      })
    } finally {
      late.cancel()
    }
  }
}

const isError = (answer: unknown): answer is Error => answer instanceof Error

function failureOf(answer: unknown, name: string): Error {
  return isError(answer) ? answer : new Error(`fleet: invalid answer for circuit ${name}`)
}
