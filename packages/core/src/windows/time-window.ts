import { checkCount, checkMs, checkOptions } from '../internal/validation.ts'
import type { Window } from './window.ts'
import { WindowCounts, type WindowCountsOptions } from './window-counts.ts'

// Layout of a bucket: the time of its first call, its sums, then one count per slow threshold.
const FIRST = 0
const TOTAL = 1
const FAILURES = 2
const DURATION = 3
const TIMED = 4
const SLOW = 5

/**
 * A call is stored only in the sums of the window. A bucket gets its sums when the next one begins: those
 * of the window without those of all earlier buckets.
 */
class TimeWindowCounts extends WindowCounts {
  readonly #durationMs: number
  readonly #buckets: number
  readonly #bucketMs: number
  /** The buckets, then one with the sums of all buckets but the newest. */
  #ring: Float64Array | undefined
  #oldest = 0
  #used = 0
  // Cached from the newest and the oldest bucket, because most calls go to the newest bucket.
  #newestAt = 0
  #newestFirst = -Infinity
  // Stryker disable next-line UnaryOperator: an empty window advances by #newestFirst
  #oldestFirst = -Infinity

  constructor(durationMs: number, buckets: number, options: WindowCountsOptions) {
    super(options)
    this.#durationMs = durationMs
    this.#buckets = buckets
    this.#bucketMs = durationMs / buckets
  }

  protected override push(now: number): void {
    if (
      // Stryker disable next-line ConditionalExpression: an optimization; #advance compares again
      now - this.#newestFirst >= this.#bucketMs ||
      // Stryker disable next-line ArithmeticOperator: an optimization; #advance compares again
      now - this.#oldestFirst >= this.#durationMs
    ) {
      this.#advance(now)
    }
  }

  // A bucket expires with its first call. One subtraction decides, so that rounding cannot keep a
  // call too long, as it could with buckets on a fixed grid.
  protected override evictExpired(now: number): boolean {
    const ring = this.#ring
    const before = this.#used
    // Stryker disable next-line ConditionalExpression: without a ring no bucket is used; the check is for TypeScript
    if (ring === undefined) return false
    while (this.#used > 0 && now - this.#oldestFirst >= this.#durationMs) this.#evictOldest(ring)
    return this.#used !== before
  }

  #at(index: number): number {
    return ((this.#oldest + index) % this.#buckets) * this.#bucketLength
  }

  get #bucketLength(): number {
    return SLOW + this.slowThresholdsMs.length
  }

  #advance(now: number): void {
    const length = this.#bucketLength
    this.#ring ??= new Float64Array((this.#buckets + 1) * length)
    const ring = this.#ring
    this.evictExpired(now)
    if (now - this.#newestFirst < this.#bucketMs) return
    // Stryker disable next-line ConditionalExpression: protects the ring from a rounding error that ten million random histories did not produce
    if (this.#used === this.#buckets) this.#evictOldest(ring)
    this.#sumNewest(ring)
    const at = this.#at(this.#used++)
    ring.fill(0, at, at + length)
    // Stryker disable next-line ArithmeticOperator: FIRST is 0
    ring[at + FIRST] = now
    this.#newestAt = at
    this.#newestFirst = now
    if (this.#used === 1) this.#oldestFirst = now
  }

  /** Gives the newest bucket its sums. */
  #sumNewest(ring: Float64Array): void {
    const at = this.#newestAt
    const earlier = this.#buckets * this.#bucketLength
    const slow = this.slowThresholdsMs.map((ms) => this.slow[ms] as number)
    const sums = [this.total, this.failures, this.durationUs, this.timed, ...slow]
    sums.forEach((sum, i) => {
      ring[at + TOTAL + i]! += sum - (ring[earlier + TOTAL + i] as number)
      ring[earlier + TOTAL + i] = sum
    })
  }

  #evictOldest(ring: Float64Array): void {
    this.#sumNewest(ring) // it may be the oldest too
    const at = this.#at(0)
    this.total -= ring[at + TOTAL] as number
    this.failures -= ring[at + FAILURES] as number
    this.durationUs -= ring[at + DURATION] as number
    this.timed -= ring[at + TIMED] as number
    this.slowThresholdsMs.forEach((ms, i) => {
      this.sumSlow(ms, -(ring[at + SLOW + i] as number))
    })
    const earlier = this.#buckets * this.#bucketLength
    // Stryker disable next-line EqualityOperator: a write beyond the end of a typed array is ignored
    for (let i = TOTAL; i < this.#bucketLength; i++) ring[earlier + i]! -= ring[at + i] as number
    this.#oldest = (this.#oldest + 1) % this.#buckets
    this.#used--
    if (this.#used === 0) this.#newestFirst = -Infinity
    else this.#oldestFirst = ring[this.#at(0) + FIRST] as number
  }
}

/**
 * The recorded calls of the last `durationMs`.
 *
 * It never counts a call of age `durationMs` or more, when it is read as when it is written. It may
 * drop a call up to `durationMs / buckets` early. A call costs O(1) for any number of calls.
 *
 * @param durationMs milliseconds above 0
 * @param options.buckets whole number, 1 to 100,000, default 20; a bucket takes 40 bytes, and 8 more
 * for each slow threshold of the rule
 * @throws TypeError or RangeError when an argument is anything else
 * @example
 * new CircuitBreaker({ name: 'payments', window: timeWindow(60_000) })
 */
export function timeWindow(
  durationMs: number,
  options: { readonly buckets?: number | undefined } = {},
): Window {
  checkMs('timeWindow: durationMs', durationMs)
  checkOptions('timeWindow', options, {
    buckets: (option, value) => checkCount(option, value, 100_000),
  })
  const { buckets = 20 } = options
  return Object.freeze<Window>({
    capacity: Infinity,
    open: (epoch) => new TimeWindowCounts(durationMs, buckets, epoch),
    toJSON: () => ({ type: 'timeWindow', args: [durationMs, { buckets }] }),
  })
}
