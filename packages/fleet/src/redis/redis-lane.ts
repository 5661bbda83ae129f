/** After so long without an answer, in ms, the store sends commands again. */
const FORGET_MS = 10_000

/**
 * The way to the server that keeps a circuit. A single server has one lane. In a cluster each circuit
 * has one, because the store does not know which nodes share their fate and their clock.
 */
export class RedisLane {
  /** The time of the server minus the time of this process, about; undefined before the first answer. */
  offsetMs: number | undefined
  #unanswered = 0
  #lastSentAt = Number.NEGATIVE_INFINITY

  /** @throws Error while a command is unanswered: another one would wait, and take effect much later */
  check(now: number): void {
    if (this.#unanswered > 0 && now - this.#lastSentAt < FORGET_MS) {
      throw new Error('Redis has not answered the last command yet')
    }
  }

  /** Follows a command until it settles. */
  async follow<T>(command: Promise<T>, sentAt: number): Promise<T> {
    this.#lastSentAt = sentAt
    this.#unanswered++
    try {
      return await command
    } finally {
      this.#unanswered--
    }
  }
}
