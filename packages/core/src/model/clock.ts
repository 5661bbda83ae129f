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

let readNow: unknown
// In a typed array, because V8 would allocate a number for each change of a variable.
const time = new Float64Array(2)
const LAST = 0
/** What is added to `performance.now()`. */
const OFFSET = 1
/** Wall clock minus `now` at the last replacement of `performance.now`. */
let wallOffsetMs = 0

/**
 * Test tools replace `performance.now` by one that starts elsewhere, and may advance it before it is
 * read. Time then goes on from the last reading by what passed on both clocks, the wall clock included.
 */
function followReplacement(now: number): void {
  const isReplacement = readNow !== undefined
  readNow = performance.now
  const wallNow = Date.now()
  const lastNow = time[LAST] as number
  if (isReplacement) {
    const elapsedMs = Math.max(0, Math.min(now, wallNow - wallOffsetMs - lastNow))
    time[OFFSET] = Math.ceil(lastNow + elapsedMs - now) || 0 // 0 for NaN
  }
  wallOffsetMs = wallNow - now - (time[OFFSET] as number)
}

/** The time after `performance.now` was replaced or stepped back. It goes on from the last reading. */
function correct(now: number): number {
  if (performance.now !== readNow) followReplacement(now)
  const stepMs = (time[LAST] as number) - (now + (time[OFFSET] as number))
  if (stepMs > 0 && stepMs < Infinity) time[OFFSET] = (time[OFFSET] as number) + stepMs
  const steady = now + (time[OFFSET] as number)
  time[LAST] = steady
  return steady
}

/**
 * `performance.now()` and `Date.now()`, looked up at each call so that test tools can replace them. `now`
 * never steps back.
 */
export const systemClock: Clock = {
  now() {
    const source = performance // a getter of the global object in Node
    const now = source.now()
    const steady = now + (time[OFFSET] as number)
    if (source.now !== readNow || steady < (time[LAST] as number)) return correct(now)
    time[LAST] = steady
    return steady
  },
  timestamp: () => Date.now(),
}
