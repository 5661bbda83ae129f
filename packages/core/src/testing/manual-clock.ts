import { Unproxied } from '../internal/unproxied.ts'
import { checkAtLeast, checkFunction } from '../internal/validation.ts'
import type { Clock } from '../model/clock.ts'

/**
 * A clock for tests. Its time changes only when `advance()` is called, which also calls the functions
 * of its timers. It therefore controls the time limits of calls.
 *
 * @example
 * const clock = new ManualClock()
 * const breaker = new CircuitBreaker({ name: 'payments', clock, random: seededRandom(1) })
 * clock.advance(30_000)
 */
export class ManualClock extends Unproxied implements Clock {
  #now = 0
  readonly #start: number
  /** The functions of each time, in the order in which they were set. */
  readonly #timers = new Map<number, Set<{ readonly fn: () => void }>>()

  /** @param timestamp Unix ms to start at, default 2026-01-01T00:00:00Z */
  constructor(timestamp = Date.UTC(2026, 0, 1)) {
    super()
    checkAtLeast('ManualClock: timestamp', timestamp, 0)
    this.#start = timestamp
  }

  now(): number {
    return this.#now
  }

  timestamp(): number {
    return this.#start + this.#now
  }

  /**
   * Calls `fn` once when `advance()` has moved the time by `ms`.
   *
   * @param ms milliseconds of at least 0
   * @returns a function that cancels the timer
   * @throws TypeError or RangeError when an argument is anything else
   */
  setTimeout(fn: () => void, ms: number): () => void {
    checkFunction('setTimeout: fn', fn)
    checkAtLeast('setTimeout: ms', ms, 0)
    const at = this.#now + ms
    const timers = this.#timers.get(at) ?? new Set()
    const timer = { fn }
    this.#timers.set(at, timers.add(timer))
    return () => {
      if (timers.delete(timer)) this.#removeEmpty(at)
    }
  }

  /**
   * Moves the monotonic time and the wall clock forward, and calls the functions of the timers that
   * are due: in the order of their times, each at its own time. An error of such a function ends it.
   *
   * @param ms milliseconds of at least 0
   * @throws TypeError or RangeError when `ms` is anything else
   */
  advance(ms: number): void {
    checkAtLeast('advance: ms', ms, 0)
    const target = this.#now + ms
    for (let at = this.#nextAt(); at <= target; at = this.#nextAt()) {
      this.#moveTo(at)
      const timers = this.#timers.get(at) ?? new Set()
      for (const timer of timers) {
        timers.delete(timer)
        timer.fn()
      }
      this.#removeEmpty(at)
    }
    this.#moveTo(target)
  }

  #nextAt(): number {
    let next = Number.POSITIVE_INFINITY
    for (const at of this.#timers.keys()) if (at < next) next = at
    return next
  }

  #removeEmpty(at: number): void {
    if (this.#timers.get(at)?.size === 0) this.#timers.delete(at)
  }

  /** Never back: a timer may have called `advance()`. */
  #moveTo(time: number): void {
    if (time > this.#now) this.#now = time
  }
}
