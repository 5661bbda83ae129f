import type { Exchanger } from '../member/link.ts'
import type { FleetStore } from '../store/fleet-store.ts'
import type { Answer, Report } from '../store/message.ts'
import { parseAnswer } from '../store/parse.ts'
import type { ResolvedFleetOptions } from './fleet-options.ts'
import { RateLimit } from './rate-limit.ts'

/** Counts wait for the next exchange for up to this time, in ms: four exchanges a second. */
const BATCH_MS = 250
/** The most circuits in one exchange. */
const MAX_MEMBERS = 200

/** What the exchanges tell the fleet. */
export interface ExchangeEvents {
  onAnswered(): void
  onFailed(error: unknown): void
}

/**
 * Sends what the circuits of this instance have to say, all in one exchange. At most one is pending,
 * and at most 5 start in a second.
 */
export class Exchanges {
  readonly #store: FleetStore
  readonly #options: ResolvedFleetOptions
  readonly #events: ExchangeEvents
  readonly #rate = new RateLimit()
  readonly #waiting = new Set<Exchanger>()
  #pending: Promise<boolean> | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #cancelTimer: (() => void) | undefined
  #retryAt = Number.NEGATIVE_INFINITY

  constructor(store: FleetStore, options: ResolvedFleetOptions, events: ExchangeEvents) {
    this.#store = store
    this.#options = options
    this.#events = events
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0
  }

  /** Adds a circuit to the next exchange: as soon as the rate allows when `urgent`. */
  add(member: Exchanger, urgent: boolean): void {
    this.#waiting.add(member)
    this.#schedule(urgent ? 0 : BATCH_MS)
  }

  /** Sends what waits now, also when the store failed lately. Resolves with false when it fails. */
  async flush(): Promise<boolean> {
    await this.#pending
    let ok = true
    while (ok && this.#waiting.size > 0) ok = await this.#start()
    return ok
  }

  /** One exchange of its own, for reports that belong to no circuit of this instance. */
  async send(reports: readonly Report[]): Promise<readonly Answer[] | undefined> {
    await this.#pending
    try {
      return await this.#exchange(reports)
    } catch (error) {
      this.#events.onFailed(error)
      return undefined
    }
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
        // the end of the pending one schedules the next
        if (this.#pending === undefined) void this.#start()
      },
      Math.max(0, at - now),
    )
  }

  /** Never rejects. */
  #start(): Promise<boolean> {
    this.#cancelTimer?.()
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#pending = this.#run()
    return this.#pending
  }

  async #run(): Promise<boolean> {
    const { clock, retryMs } = this.#options
    const members = [...this.#waiting].slice(0, MAX_MEMBERS)
    for (const member of members) this.#waiting.delete(member)
    const sentAt = clock.now()
    this.#rate.start(sentAt)
    const batches = members.map((member) => member.takeReports())
    const ok = await this.#exchange(batches.flat()).then(
      (answers) => {
        this.#retryAt = Number.NEGATIVE_INFINITY
        this.#events.onAnswered()
        let from = 0
        members.forEach((member, index) => {
          const to = from + (batches[index]?.length ?? 0)
          member.answered(answers.slice(from, to), sentAt)
          from = to
        })
        return true
      },
      (error: unknown) => {
        this.#retryAt = clock.now() + retryMs
        for (const member of members) member.failed()
        for (const member of members) this.#waiting.add(member)
        this.#events.onFailed(error)
        return false
      },
    )
    this.#pending = undefined
    if (this.#waiting.size > 0) this.#schedule(0)
    return ok
  }

  async #exchange(reports: readonly Report[]): Promise<readonly Answer[]> {
    const { clock, timeoutMs, instance } = this.#options
    let cancel: (() => void) | undefined
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`fleet: the store did not answer within ${timeoutMs} ms`)
      cancel = clock.setTimeout(() => reject(error), timeoutMs)
    })
    try {
      const answers = await Promise.race([this.#store.exchange(instance, reports), late])
      return reports.map(({ name }, index) => {
        const answer = parseAnswer(Object(answers)[index], name)
        if (answer === undefined) throw new Error(`fleet: invalid answer for circuit ${name}`)
        return answer
      })
    } finally {
      cancel?.()
    }
  }
}
