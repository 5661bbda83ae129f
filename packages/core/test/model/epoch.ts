import type { Cause, Metrics, State } from '@fluxgate/core'
import {
  average,
  type Evidence,
  failureStreak,
  isSlow,
  type RecordedCall,
  share,
  slowThresholds,
  sumOf,
  timedDurations,
} from './rule-model.ts'
import type { Setup } from './setup.ts'

/** An admitted call. */
export interface AdmittedCall {
  readonly epoch: Epoch
  readonly at: number
  /** Whether it holds a probe slot. Calls of a ramp after healthy probes hold none. */
  readonly slot: boolean
  /** How long it holds the slot at most, in ms. */
  readonly leaseMs: number
  /** How often the budget of its epoch had grown when it was admitted. */
  readonly growths: number
  /** Whether something used durations when it was admitted. */
  readonly timed: boolean
  settled: boolean
}

/** One stay in a state, with every call of it, without sums. */
export class Epoch {
  readonly state: State
  readonly since: number
  readonly calls: AdmittedCall[] = []
  readonly recorded: RecordedCall[] = []
  /** Ignored calls; aborted ones are not in it. */
  ignored = 0
  /** Open: the monotonic time of the next probe. */
  retryAt = Number.POSITIVE_INFINITY
  /** The error that opened the circuit, kept until it closes. */
  readonly error: unknown
  /** The cause of the transition to this state; undefined before the first. */
  readonly cause: Cause | undefined
  /** Half-open: how often a nested call has made the budget grow. */
  growths = 0
  /** Half-open: all probes are recorded, and the circuit may close. */
  healthy = false
  /** Metrics only: whether the rule was met. */
  shadow = false
  #evicted = 0

  constructor(state: State, since: number, cause?: Cause, error?: unknown) {
    this.state = state
    this.since = since
    this.cause = cause
    this.error = error
  }

  /** Half-open: probes in flight plus settled ones. A probe whose lease has ended holds no slot. */
  slotsTaken(now: number): number {
    const holding = this.calls.filter(
      ({ settled, slot, at, leaseMs }) => slot && !settled && now - at < leaseMs,
    )
    return holding.length + this.recorded.length
  }

  /** The calls that a rule judges. */
  evidence(setup: Setup, now: number, seenTotal: number): Evidence {
    const { state, recorded } = this
    const counted = this.#counted(setup, now, seenTotal)
    return { state, counted, epoch: recorded, probes: setup.probes }
  }

  /** The metrics, counted anew from the calls in the window. */
  metrics(setup: Setup, now: number, seenTotal: number): Metrics {
    const calls = this.#counted(setup, now, seenTotal)
    const slow = slowThresholds(setup.rule).map((ms) => [
      ms,
      calls.filter((call) => isSlow(call, ms)).length,
    ])
    return {
      total: calls.length,
      failures: calls.filter((call) => call.failed).length,
      ignored: this.ignored,
      totalDurationMs: sumOf(timedDurations(calls)),
      failureStreak: failureStreak(this.recorded),
      failureRate: share(calls, (call) => call.failed),
      avgDurationMs: average(calls),
      slow: Object.fromEntries(slow),
    }
  }

  /**
   * The calls in the window. The contract leaves one choice: a time window must evict a call that is
   * `durationMs` old, and may evict it up to `durationMs / buckets` early. So the model accepts the
   * total that the breaker reports within these limits. Outside of them the metrics differ, and the
   * test fails.
   */
  #counted({ window }: Setup, now: number, seenTotal: number): RecordedCall[] {
    const { recorded } = this
    if (window.type === 'count') return recorded.slice(-window.size)
    const { durationMs, buckets } = window
    const must = recorded.filter((call) => now - call.at >= durationMs).length
    const may = recorded.filter((call) => now - call.at > durationMs - durationMs / buckets).length
    const seen = recorded.length - seenTotal
    this.#evicted = Math.min(may, Math.max(must, this.#evicted, seen))
    return recorded.slice(this.#evicted)
  }
}
