import type { Metrics } from './metrics.ts'
import type { RuleContext } from './rule.ts'
import type { State } from './state-name.ts'
import type { Window, WindowCounts } from './windows/window.ts'

/** The recorded calls of one epoch: what its window holds, and its streak. Rules read it live. */
export class Tally implements RuleContext {
  readonly state: State
  readonly probes: number | undefined
  failureStreak = 0
  readonly #counts: WindowCounts
  #metrics: Metrics | undefined

  constructor(
    state: State,
    window: Window,
    slowThresholdsMs: readonly number[],
    probes?: number | undefined,
  ) {
    this.state = state
    this.probes = probes
    this.#counts = window.open(slowThresholdsMs)
  }

  get total(): number {
    return this.#counts.total
  }

  get failures(): number {
    return this.#counts.failures
  }

  get totalDurationMs(): number {
    return this.#counts.durationUs / 1000
  }

  get failureRate(): number | undefined {
    const { total, failures } = this.#counts
    return total === 0 ? undefined : failures / total
  }

  get avgDurationMs(): number | undefined {
    const { total, durationUs } = this.#counts
    return total === 0 ? undefined : durationUs / 1000 / total
  }

  get slow(): Readonly<Record<number, number>> {
    return this.#counts.slow
  }

  record(now: number, durationMs: number, failed: boolean): void {
    this.#counts.record(now, durationMs, failed)
    this.failureStreak = failed ? this.failureStreak + 1 : 0
    this.#metrics = undefined
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

  /** Forgets what is too old at `now`. */
  expire(now: number): void {
    if (this.#counts.expire(now)) this.#metrics = undefined
  }
}
