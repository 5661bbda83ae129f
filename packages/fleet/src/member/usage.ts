import type { Exchanger, FleetLink } from './link.ts'

/** An idle circuit that is not closed is polled for so long, in ms. */
const WATCH_MS = 60_000

/** Whether a circuit is in use, so that the slow polls ask for it. */
export class Usage {
  readonly #link: FleetLink
  #usedAt = Number.NEGATIVE_INFINITY
  /** The next poll asks for the circuit. */
  isPolled = false

  constructor(link: FleetLink) {
    this.#link = link
  }

  use(member: Exchanger): void {
    this.#usedAt = this.#link.now()
    this.isPolled = true
    this.#link.poll(member)
  }

  /** After a poll: a circuit that is settled is polled again only when it is used. */
  keepsWatching(isSettled: boolean): boolean {
    this.isPolled = !isSettled && this.#link.now() < this.#usedAt + WATCH_MS
    return this.isPolled
  }
}
