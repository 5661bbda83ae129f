import type { TimerClock } from '../clock.ts'
import type { ExchangeParticipant } from '../member/member-context.ts'

/** Polls the circuits that are in use, in case an update was lost. Idle circuits need no timer. */
export class Polls {
  readonly #members = new Set<ExchangeParticipant>()
  readonly #poll: (member: ExchangeParticipant) => void
  readonly #clock: TimerClock
  readonly #pollMs: number
  readonly #random: () => number
  #isStarted = false

  constructor(
    poll: (member: ExchangeParticipant) => void,
    options: { clock: TimerClock; pollMs: number; random: () => number },
  ) {
    this.#poll = poll
    this.#clock = options.clock
    this.#pollMs = options.pollMs
    this.#random = options.random
  }

  add(member: ExchangeParticipant): void {
    this.#members.add(member)
    this.#start()
  }

  clear(): void {
    this.#members.clear()
  }

  #start(): void {
    if (this.#isStarted || this.#pollMs === Number.POSITIVE_INFINITY) return
    this.#isStarted = true
    // spreads the polls of instances that started at the same time
    const ms = this.#pollMs * (0.8 + 0.4 * this.#random())
    this.#clock.setTimeout(() => {
      this.#isStarted = false
      for (const member of this.#members) {
        this.#poll(member)
        if (!member.shouldPollAgain()) this.#members.delete(member)
      }
      if (this.#members.size > 0) this.#start()
    }, ms)
  }
}
