import { type Clock, systemClock } from '../model/clock.ts'

/** The time of a clock, in monotonic ms. When the clock steps back, time goes on from the last reading. */
export class SteadyClock {
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

const systemTime = new SteadyClock(systemClock)

/** All circuits with the default clock share its time. */
export const timeOf = (clock: Clock): SteadyClock =>
  clock === systemClock ? systemTime : new SteadyClock(clock)
