/**
 * The source of time of a breaker.
 *
 * Durations and schedules use `now`, which must never step back. Only the times shown to people
 * (`since`, `retryAt`, `timestamp`) use `timestamp`. A change of the wall clock therefore does not
 * keep a circuit open.
 *
 * @example
 * const clock = new ManualClock() // from '@fluxgate/core/testing'
 * const breaker = new CircuitBreaker({ name: 'payments', clock })
 */
export interface Clock {
  /** Monotonic milliseconds from any origin. */
  now(): number
  /** Unix time in milliseconds. */
  timestamp(): number
  /**
   * Calls `fn` once after `ms` of this clock, unless the returned function is called before. Time
   * limits use it. Default: the global `setTimeout`.
   */
  setTimeout?(fn: () => void, ms: number): () => void
}

/** `performance.now()` and `Date.now()`, looked up at each call so that test tools can replace them. */
export const systemClock: Clock = {
  now: () => performance.now(),
  timestamp: () => Date.now(),
}
