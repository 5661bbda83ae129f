import { checkAtLeast, checkFunction } from '../internal/validation.ts'
import type { Clock } from '../model/clock.ts'

interface Timer {
  readonly at: number
  readonly fn: () => void
}

/**
 * A clock for tests. Its time changes only when `advance()` is called, which also calls the functions
 * of its timers. It therefore controls the time limits of calls.
 *
 * @example
 * const clock = new ManualClock()
 * const breaker = new CircuitBreaker({ name: 'payments', clock, random: seededRandom(1) })
 * clock.advance(30_000)
 */
export class ManualClock implements Clock {
  #now = 0
  readonly #start: number
  readonly #timers = new Set<Timer>()

  /** @param timestamp Unix ms to start at, default 2026-01-01T00:00:00Z */
  constructor(timestamp = Date.UTC(2026, 0, 1)) {
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
    const timer = { at: this.#now + ms, fn }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
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
    for (let timer = this.#next(target); timer; timer = this.#next(target)) {
      this.#timers.delete(timer)
      this.#moveTo(timer.at)
      timer.fn()
    }
    this.#moveTo(target)
  }

  /** The first timer that is due at `time`; of several at one time, the one that was set first. */
  #next(time: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.at <= time && !(next && next.at <= timer.at)) next = timer
    }
    return next
  }

  /** Never back: a timer may have called `advance()`. */
  #moveTo(time: number): void {
    if (time > this.#now) this.#now = time
  }
}
