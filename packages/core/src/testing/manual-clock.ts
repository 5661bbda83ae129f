import { checkAtLeast } from '../internal/validation.ts'
import type { Clock } from '../model/clock.ts'

/**
 * A clock for tests. Its time changes only when `advance()` is called.
 *
 * @example
 * const clock = new ManualClock()
 * const breaker = new CircuitBreaker({ name: 'payments', clock, random: seededRandom(1) })
 * clock.advance(30_000)
 */
export class ManualClock implements Clock {
  #now = 0
  #timestamp: number

  /** @param timestamp Unix ms to start at, default 2026-01-01T00:00:00Z */
  constructor(timestamp = Date.UTC(2026, 0, 1)) {
    checkAtLeast('ManualClock: timestamp', timestamp, 0)
    this.#timestamp = timestamp
  }

  now(): number {
    return this.#now
  }

  timestamp(): number {
    return this.#timestamp
  }

  /**
   * Moves the monotonic time and the wall clock forward.
   *
   * @param ms milliseconds of at least 0
   * @throws TypeError or RangeError when `ms` is anything else
   */
  advance(ms: number): void {
    checkAtLeast('advance: ms', ms, 0)
    this.#now += ms
    this.#timestamp += ms
  }
}
