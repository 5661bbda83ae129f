const MAX_STARTS = 5
const PER_MS = 1_000

/** Allows at most 5 starts in any second. */
export class RateLimit {
  #starts: readonly number[] = []

  /** The time from `now` (monotonic ms) on at which a start is allowed. */
  nextAt(now: number): number {
    const [oldest = now] = this.#starts
    return this.#starts.length < MAX_STARTS ? now : Math.max(now, oldest + PER_MS)
  }

  start(now: number): void {
    this.#starts = [...this.#starts, now].slice(-MAX_STARTS)
  }
}
