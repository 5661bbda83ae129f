/** How hard it blows: 1 is a gale. */
export const strengths = { calm: 0.15, breeze: 0.5, gale: 1, hurricane: 2.5 } as const

export type Strength = keyof typeof strengths

/** What a service is like at a moment. */
interface Condition {
  readonly failureRate: number
  /** Times as slow as on a good day. */
  readonly slowness: number
}

const fair: Condition = { failureRate: 0.004, slowness: 1 }

/** The weather over one service: fair, with trouble of seconds in between. */
export class Weather {
  readonly #random: () => number
  readonly #proneness: number
  #trouble: Condition | undefined
  #secondsLeft = 0

  constructor(proneness: number, random: () => number) {
    this.#proneness = proneness
    this.#random = random
  }

  get condition(): Condition {
    return this.#trouble ?? fair
  }

  /** Another second. */
  pass(strength: Strength): void {
    if (this.#trouble !== undefined && --this.#secondsLeft <= 0) this.#trouble = undefined
    if (this.#trouble !== undefined) return
    if (this.#random() >= this.#proneness * strengths[strength]) return
    this.#secondsLeft = 3 + Math.floor(this.#random() * 10 * Math.sqrt(strengths[strength]))
    this.#trouble = this.#brew()
  }

  /** It fails, is slow, or both. */
  #brew(): Condition {
    const kind = this.#random()
    const depth = this.#random()
    if (kind < 0.45) return { failureRate: 0.4 + 0.6 * depth, slowness: 1 }
    if (kind < 0.75) return { failureRate: 0.03, slowness: 4 + 6 * depth }
    return { failureRate: 0.3 + 0.4 * depth, slowness: 3 + 4 * depth }
  }
}
