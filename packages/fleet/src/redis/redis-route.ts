/** A command without an answer no longer blocks the next one after this time, in ms. */
const UNANSWERED_LIMIT_MS = 10_000

/**
 * The commands to the server that keeps a circuit. A single server has one route. In a cluster, each
 * circuit has its own: the store does not know which circuits are on the same node.
 */
export class RedisRoute {
  /** The approximate time of the server minus that of this process; undefined before an answer. */
  offsetMs: number | undefined
  #unanswered = 0
  #lastSentAt = Number.NEGATIVE_INFINITY

  /** @throws Error while a command is unanswered: another one would wait, and take effect much later */
  check(now: number): void {
    if (this.#unanswered > 0 && now - this.#lastSentAt < UNANSWERED_LIMIT_MS) {
      throw new Error('Redis has not answered the last command yet')
    }
  }

  /** Counts a command as unanswered until it settles. */
  async track<T>(command: Promise<T>, sentAt: number): Promise<T> {
    this.#lastSentAt = sentAt
    this.#unanswered++
    try {
      return await command
    } finally {
      this.#unanswered--
    }
  }
}
