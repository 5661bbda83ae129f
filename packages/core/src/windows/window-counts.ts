import type { Metrics } from '../model/metrics.ts'
import type { State } from '../model/state.ts'
import type { RuleContext } from '../policies/rule.ts'

/** What a tally is opened for: one epoch of one circuit. */
export interface WindowCountsOptions {
  readonly state: State
  /** Durations in ms from which on some rule calls a call slow. */
  readonly slowThresholdsMs: readonly number[]
  /** In half_open the number of probes. */
  readonly probes?: number | undefined
}

/**
 * The recorded calls of one epoch: running sums over what its window holds, and its streak. Rules
 * read it live. Which calls it holds, and for how long, is up to each window.
 */
export abstract class WindowCounts implements RuleContext {
  declare readonly state: State
  declare readonly probes: number | undefined
  total = 0
  failures = 0
  failureStreak = 0
  /** Whole microseconds: sums of integers do not drift, however often calls come and go. */
  durationUs = 0
  declare readonly slow: Record<number, number>
  declare protected readonly slowThresholdsMs: readonly number[]
  /** No call below this many µs is slow by any threshold; one above may be. */
  declare protected readonly minSlowUs: number
  /** The sum over `slow`. */
  #slowCalls = 0
  #metrics: Metrics | undefined

  constructor({ state, slowThresholdsMs, probes }: WindowCountsOptions) {
    this.state = state
    this.probes = probes
    this.slowThresholdsMs = slowThresholdsMs
    this.minSlowUs = Math.floor(Math.min(...slowThresholdsMs) * 1000)
    this.slow =
      slowThresholdsMs.length === 0
        ? NONE_SLOW
        : Object.fromEntries(slowThresholdsMs.map((ms) => [ms, 0]))
  }

  /** Remembers a call, so that it can be forgotten; forgets others that have to make room. */
  protected abstract push(now: number, us: number, failed: boolean): void

  /** Forgets what is too old at `now`; true when there was any. */
  protected abstract evictExpired(now: number): boolean

  get totalDurationMs(): number {
    return this.durationUs / 1000
  }

  get failureRate(): number | undefined {
    return this.total === 0 ? undefined : this.failures / this.total
  }

  get avgDurationMs(): number | undefined {
    return this.total === 0 ? undefined : this.totalDurationMs / this.total
  }

  /** Some call in the window failed or was slow. */
  get hasFailuresOrSlowCalls(): boolean {
    return this.failures > 0 || this.#slowCalls > 0
  }

  record(now: number, durationMs: number, failed: boolean): void {
    const us = Math.round(durationMs * 1000)
    this.push(now, us, failed)
    this.sum(us, failed, 1)
    this.failureStreak = failed ? this.failureStreak + 1 : 0
    this.#metrics = undefined
  }

  /** Forgets what is too old at `now`; true when that changed a sum. */
  expire(now: number): boolean {
    const changed = this.evictExpired(now)
    if (changed) this.#metrics = undefined
    return changed
  }

  /** What the window holds at `now`: the same frozen object until that changes. */
  metrics(now: number): Metrics {
    this.expire(now)
    this.#metrics ??= Object.freeze({
      total: this.total,
      failures: this.failures,
      totalDurationMs: this.totalDurationMs,
      failureStreak: this.failureStreak,
      failureRate: this.failureRate,
      avgDurationMs: this.avgDurationMs,
      slow: Object.freeze({ ...this.slow }),
    })
    return this.#metrics
  }

  /** Adds a call to the sums, or takes it away again. */
  protected sum(us: number, failed: boolean, sign: 1 | -1): void {
    this.total += sign
    this.durationUs += sign * us
    if (failed) this.failures += sign
    if (us >= this.minSlowUs) this.#sumSlowCall(us, sign)
  }

  #sumSlowCall(us: number, sign: 1 | -1): void {
    for (const ms of this.slowThresholdsMs) if (us / 1000 >= ms) this.sumSlow(ms, sign)
  }

  protected sumSlow(thresholdMs: number, calls: number): void {
    this.slow[thresholdMs] = (this.slow[thresholdMs] ?? 0) + calls
    this.#slowCalls += calls
  }
}

const NONE_SLOW: Record<number, number> = Object.freeze({})
