import { type Clock, systemClock } from '../model/clock.ts'

/**
 * The time of a custom clock, in monotonic ms. When the clock steps back, time goes on from the last
 * reading.
 */
class SteadyClock {
  readonly #clock: Clock
  #lastNow = -Infinity
  #offsetMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    const now = this.#clock.now() + this.#offsetMs
    const stepMs = this.#lastNow - now
    if (stepMs > 0 && stepMs < Infinity) {
      this.#offsetMs += stepMs
      return this.#lastNow
    }
    this.#lastNow = now // also when a custom clock returned NaN or an infinity
    return now
  }
}

/** The default clock is steady itself. */
export const timeOf = (clock: Clock): Pick<Clock, 'now'> =>
  clock === systemClock ? clock : new SteadyClock(clock)
