import type { TimerClock } from '../clock.ts'
import type { Exchanger } from '../member/link.ts'

/** Asks for the circuits that are in use, in case that news were lost. Idle circuits need no timer. */
export class Polls {
  readonly #members = new Set<Exchanger>()
  readonly #ask: (member: Exchanger) => void
  readonly #clock: TimerClock
  readonly #pollMs: number
  readonly #random: () => number
  #isStarted = false

  constructor(
    ask: (member: Exchanger) => void,
    options: { clock: TimerClock; pollMs: number; random: () => number },
  ) {
    this.#ask = ask
    this.#clock = options.clock
    this.#pollMs = options.pollMs
    this.#random = options.random
  }

  add(member: Exchanger): void {
    this.#members.add(member)
    this.#start()
  }

  clear(): void {
    this.#members.clear()
  }

  #start(): void {
    if (this.#isStarted || this.#pollMs === Number.POSITIVE_INFINITY) return
    this.#isStarted = true
    // instances that started together do not ask together
    const ms = this.#pollMs * (0.8 + 0.4 * this.#random())
    this.#clock.setTimeout(() => {
      this.#isStarted = false
      for (const member of this.#members) {
        this.#ask(member)
        if (!member.keepsWatching()) this.#members.delete(member)
      }
      if (this.#members.size > 0) this.#start()
    }, ms)
  }
}
