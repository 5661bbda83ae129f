import { type Reporter, reportError } from '../internal/error-handler.ts'
import type { Metrics } from '../model/metrics.ts'
import type { State } from '../model/state.ts'
import type { RuleContext } from '../policies/rule.ts'

/** The epoch of a circuit that the counts belong to. */
export interface WindowCountsOptions {
  readonly state: State
  readonly circuitName: string
  /** Durations in ms. A call is slow by a threshold when it took that long or longer. */
  readonly slowThresholdsMs: readonly number[]
  /** The number of probes; only in half_open. */
  readonly probes?: number | undefined
  /** Receives the errors of `push` and `evictExpired`; without it they are thrown. */
  readonly reporter?: Reporter | undefined
}

/**
 * Running sums over the recorded calls that the window holds in one epoch, and the failure streak.
 * Rules read this object directly. Each window is a subclass that decides how long a call counts.
 *
 * Extend it to write a window of your own, and test it with `checkWindow` from
 * `@fluxgate/core/testing`. A subclass stores the calls in `push`, which must cost O(1) on average. It
 * passes each call that it evicts to `sum(us, failed, -1)`, the oldest first.
 *
 * @example
 * // the last `size` calls, but none that is older than `maxAgeMs`
 * class RecentCalls extends WindowCounts {
 *   #calls: { at: number; us: number | undefined; failed: boolean }[] = []
 *
 *   constructor(readonly size: number, readonly maxAgeMs: number, options: WindowCountsOptions) {
 *     super(options)
 *   }
 *
 *   protected override push(now: number, us: number | undefined, failed: boolean) {
 *     this.evictExpired(now)
 *     if (this.#calls.length === this.size) this.#evictOldest()
 *     this.#calls.push({ at: now, us, failed })
 *   }
 *
 *   protected override evictExpired(now: number) {
 *     const before = this.total
 *     while (this.#calls[0] && now - this.#calls[0].at >= this.maxAgeMs) this.#evictOldest()
 *     return this.total < before
 *   }
 *
 *   #evictOldest() {
 *     const call = this.#calls.shift()
 *     if (call) this.sum(call.us, call.failed, -1)
 *   }
 * }
 *
 * const recentCalls = (size: number, maxAgeMs: number): Window => Object.freeze({
 *   capacity: size,
 *   open: (options: WindowCountsOptions) => new RecentCalls(size, maxAgeMs, options),
 *   toJSON: () => ({ type: 'recentCalls', args: [size, maxAgeMs] }),
 * })
 */
export abstract class WindowCounts implements RuleContext {
  declare readonly state: State
  declare readonly circuitName: string
  declare readonly probes: number | undefined
  declare readonly reporter: Reporter | undefined
  total = 0
  failures = 0
  ignored = 0
  /** Set only while the rule is evaluated. */
  lastError: unknown = undefined
  failureStreak = 0
  /** Whole microseconds, because sums of floating-point numbers drift. */
  durationUs = 0
  /** The calls in the window that were timed. */
  timed = 0
  declare readonly slow: Record<number, number>
  readonly #thresholds: Thresholds
  /** The sum of the counts in `slow`. */
  #slowCalls = 0
  #metrics: Metrics | undefined

  constructor(options: WindowCountsOptions) {
    const { state, circuitName, slowThresholdsMs, probes, reporter } = options
    this.state = state
    this.circuitName = circuitName
    // Stryker disable next-line ConditionalExpression: saves memory; undefined has the same effect
    if (probes !== undefined) this.probes = probes // saves 8 bytes in the other states
    this.reporter = reporter
    // Stryker disable next-line ConditionalExpression: saves allocations per epoch; objects without content are made instead
    const isEmpty = slowThresholdsMs.length === 0
    this.#thresholds = isEmpty ? NO_THRESHOLDS : thresholds(slowThresholdsMs)
    this.slow = isEmpty ? NO_SLOW_CALLS : slowCounts(this.slowThresholdsMs)
  }

  /**
   * Stores a call, and evicts the calls that it replaces. `record` adds the call to the sums afterwards.
   *
   * @param now monotonic ms
   * @param us duration in whole microseconds; undefined for a call that was not timed
   */
  protected abstract push(now: number, us: number | undefined, failed: boolean): void

  /** Evicts the calls that are too old at `now` (monotonic ms). Returns true when it evicted any. */
  protected abstract evictExpired(now: number): boolean

  /** Durations in ms, each once. */
  protected get slowThresholdsMs(): readonly number[] {
    return this.#thresholds.all
  }

  get totalDurationMs(): number {
    return this.durationUs / 1000
  }

  get failureRate(): number | undefined {
    return this.total === 0 ? undefined : this.failures / this.total
  }

  get avgDurationMs(): number | undefined {
    return this.timed === 0 ? undefined : this.totalDurationMs / this.timed
  }

  /** A call in the window failed or was slow, or a streak of failures goes on from before it. */
  get hasFailuresOrSlowCalls(): boolean {
    return this.failures > 0 || this.failureStreak > 0 || this.#slowCalls > 0
  }

  /** @param durationMs undefined for a call that was not timed */
  record(now: number, durationMs: number | undefined, failed: boolean): void {
    const us = durationMs === undefined ? undefined : Math.round(durationMs * 1000)
    try {
      this.push(now, us, failed)
    } catch (error) {
      reportTo(this, error)
      return
    }
    this.sum(us, failed, 1)
    this.failureStreak = failed ? this.failureStreak + 1 : 0
    this.#metrics = undefined
  }

  /** Counts a call that is not recorded. */
  ignore(): void {
    this.ignored++
    this.#metrics = undefined
  }

  /** Evicts the calls that are too old at `now`. Returns true when a sum changed. */
  expire(now: number): boolean {
    let changed = true
    try {
      changed = this.evictExpired(now)
    } catch (error) {
      reportTo(this, error)
    }
    if (changed) this.#metrics = undefined
    return changed
  }

  /** The sums at `now`, as one frozen object that is reused until a sum changes. */
  metrics(now: number): Metrics {
    this.expire(now)
    this.#metrics ??= Object.freeze({
      total: this.total,
      failures: this.failures,
      ignored: this.ignored,
      totalDurationMs: this.totalDurationMs,
      failureStreak: this.failureStreak,
      failureRate: this.failureRate,
      avgDurationMs: this.avgDurationMs,
      slow: Object.freeze(slowCounts(this.slowThresholdsMs, this.slow)),
    })
    return this.#metrics
  }

  /** Adds a call to the sums (1), or subtracts an evicted one (-1), with the `us` of its `push`. */
  protected sum(us: number | undefined, failed: boolean, sign: 1 | -1): void {
    this.total += sign
    if (failed) this.failures += sign
    if (us !== undefined) this.sumDuration(us, sign)
  }

  // Separate from `sum`: engines inline `sum` into the path of every call only while it is short.
  protected sumDuration(us: number, sign: 1 | -1): void {
    this.timed += sign
    this.durationUs += sign * us
    // Stryker disable next-line ConditionalExpression,EqualityOperator: an optimization; the loop compares again
    if (us < this.#thresholds.lowestUs) return
    for (const ms of this.slowThresholdsMs) if (us / 1000 >= ms) this.sumSlow(ms, sign)
  }

  /** Adds to the number of calls that are slow by one threshold, for windows that store sums. */
  protected sumSlow(thresholdMs: number, calls: number): void {
    this.slow[thresholdMs] = (this.slow[thresholdMs] ?? 0) + calls
    this.#slowCalls += calls
  }
}

interface Thresholds {
  readonly all: readonly number[]
  /** A call with fewer microseconds is not slow. */
  readonly lowestUs: number
}

const NO_THRESHOLDS: Thresholds = { all: [], lowestUs: Infinity }

/** A rule written by hand may name a threshold twice. */
const thresholds = (slowMs: readonly number[]): Thresholds => ({
  all: [...new Set(slowMs)],
  lowestUs: Math.floor(Math.min(...slowMs) * 1000), // the product may be rounded up
})

const NO_SLOW_CALLS: Record<number, number> = Object.freeze({})

/**
 * The counts of slow calls, by default 0. They are defined one by one as not configurable: for a
 * property `1000`, V8 would otherwise allocate an array of 1,500 elements in each epoch.
 */
function slowCounts(
  thresholdsMs: readonly number[],
  counts: Readonly<Record<number, number>> = NO_SLOW_CALLS,
): Record<number, number> {
  const slow: Record<number, number> = {}
  for (const ms of thresholdsMs) {
    Object.defineProperty(slow, ms, { value: counts[ms] ?? 0, writable: true, enumerable: true })
  }
  return slow
}

// not a private method, for which each window would take 8 bytes more
function reportTo({ reporter }: WindowCounts, error: unknown): void {
  if (reporter === undefined) throw error
  reportError(reporter, error, 'window')
}
