/** Factors of the probability of faults. */
export const severities = { low: 0.15, moderate: 0.5, high: 1, extreme: 2.5 } as const

export type Severity = keyof typeof severities

/** The behaviour of a service at a moment. */
interface Condition {
  readonly failureRate: number
  /** Factor of the normal latency. */
  readonly slowness: number
}

const normal: Condition = { failureRate: 0.004, slowness: 1 }

/** The faults of one service: normal operation, interrupted by faults of several seconds. */
export class FaultSchedule {
  readonly #random: () => number
  readonly #faultRate: number
  #fault: Condition | undefined
  #secondsLeft = 0

  /** @param faultRate probability per second that a fault begins, at severity `high` */
  constructor(faultRate: number, random: () => number) {
    this.#faultRate = faultRate
    this.#random = random
  }

  get condition(): Condition {
    return this.#fault ?? normal
  }

  /** Advances by one second. */
  advance(severity: Severity): void {
    if (this.#fault !== undefined && --this.#secondsLeft <= 0) this.#fault = undefined
    if (this.#fault !== undefined) return
    if (this.#random() >= this.#faultRate * severities[severity]) return
    this.#secondsLeft = 3 + Math.floor(this.#random() * 10 * Math.sqrt(severities[severity]))
    this.#fault = this.#drawFault()
  }

  /** Failures, slowness, or both. */
  #drawFault(): Condition {
    const kind = this.#random()
    const depth = this.#random()
    if (kind < 0.45) return { failureRate: 0.4 + 0.6 * depth, slowness: 1 }
    if (kind < 0.75) return { failureRate: 0.03, slowness: 4 + 6 * depth }
    return { failureRate: 0.3 + 0.4 * depth, slowness: 3 + 4 * depth }
  }
}
