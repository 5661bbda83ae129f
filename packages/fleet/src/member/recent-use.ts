import type { ExchangeParticipant, MemberContext } from './member-context.ts'

/** After its last use, a circuit that is not closed is polled for so long, in ms. */
const IDLE_POLL_MS = 60_000

/** Whether a circuit was used lately, so that the slow polls include it. */
export class RecentUse {
  readonly #context: MemberContext
  #usedAt = Number.NEGATIVE_INFINITY
  /** The next slow poll includes the circuit. */
  isPolled = false

  constructor(context: MemberContext) {
    this.#context = context
  }

  record(member: ExchangeParticipant): void {
    this.#usedAt = this.#context.now()
    this.isPolled = true
    this.#context.poll(member)
  }

  /** Called after a poll. A circuit that is settled is polled again only after its next use. */
  shouldPollAgain(isSettled: boolean): boolean {
    this.isPolled = !isSettled && this.#context.now() < this.#usedAt + IDLE_POLL_MS
    return this.isPolled
  }
}
