import type { Clock } from '@fluxgate/core'

export const YEAR_MS = 365 * 86_400_000

/** A clock whose monotonic time and wall time can be set independently, also back. */
export class FaultyClock implements Clock {
  #now: number
  #timestamp: number

  constructor(now = 10 * YEAR_MS, timestamp = Date.UTC(2026, 0, 1)) {
    this.#now = now
    this.#timestamp = timestamp
  }

  now(): number {
    return this.#now
  }

  timestamp(): number {
    return this.#timestamp
  }

  /** Advances both times. */
  advance(ms: number): void {
    this.#now += ms
    this.#timestamp += ms
  }

  /** Moves the monotonic time alone. */
  jump(ms: number): void {
    this.#now += ms
  }

  /** Moves the wall time alone. */
  setWall(ms: number): void {
    this.#timestamp += ms
  }
}
