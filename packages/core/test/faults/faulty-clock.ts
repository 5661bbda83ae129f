import type { Clock } from '../../src/index.ts'

export const YEAR_MS = 365 * 86_400_000

/** A clock of two hands, each of which can be put anywhere: what a clock must not do. */
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

  /** Time passes, as it should. */
  advance(ms: number): void {
    this.#now += ms
    this.#timestamp += ms
  }

  /** The monotonic hand jumps, forwards or back. */
  jump(ms: number): void {
    this.#now += ms
  }

  /** Somebody sets the wall clock. */
  setWall(ms: number): void {
    this.#timestamp += ms
  }
}
