import type { Metrics, State } from '@fluxgate/core'
import {
  average,
  type Evidence,
  failureStreak,
  type RecordedCall,
  share,
  slowThresholds,
} from './rule-model.ts'
import type { Setup } from './setup.ts'

/** A call that was let in. */
export interface AdmittedCall {
  readonly epoch: Epoch
  readonly at: number
  /** It has a place in the probe budget, which the calls of a ramp under way do without. */
  readonly slot: boolean
  settled: boolean
}

/** A stay in a state, with all that happened in it, never summed up. */
export class Epoch {
  readonly state: State
  readonly since: number
  readonly calls: AdmittedCall[] = []
  readonly recorded: RecordedCall[] = []
  /** Open: the monotonic time of the next probe. */
  retryAt = Number.POSITIVE_INFINITY
  /** What opened the circuit, kept as long as it has not closed. */
  readonly error: unknown
  /** Half-open: the probes are through and well. */
  healthy = false
  /** Metrics only: the rule was true when it was last asked. */
  shadow = false
  #forgotten = 0

  constructor(state: State, since: number, error?: unknown) {
    this.state = state
    this.since = since
    this.error = error
  }

  /** What a rule may look at. */
  evidence(setup: Setup, now: number, seenTotal: number): Evidence {
    const { state, recorded } = this
    const counted = this.#counted(setup, now, seenTotal)
    return { state, counted, epoch: recorded, probes: setup.probes }
  }

  /** A recount of the calls in the window. */
  metrics(setup: Setup, now: number, seenTotal: number): Metrics {
    const calls = this.#counted(setup, now, seenTotal)
    const slow = slowThresholds(setup.rule).map((ms) => [
      ms,
      calls.filter((call) => call.durationMs >= ms).length,
    ])
    return {
      total: calls.length,
      failures: calls.filter((call) => call.failed).length,
      totalDurationMs: calls.reduce((sum, call) => sum + call.durationMs, 0),
      failureStreak: failureStreak(this.recorded),
      failureRate: share(calls, (call) => call.failed),
      avgDurationMs: average(calls),
      slow: Object.fromEntries(slow),
    }
  }

  /**
   * The calls in the window. Here is the one freedom that the contract leaves: a time window must
   * forget what is `durationMs` old and may forget up to `durationMs / buckets` early. So the total
   * that was seen is believed, within these limits; outside of them the metrics differ and the test
   * fails.
   */
  #counted({ window }: Setup, now: number, seenTotal: number): RecordedCall[] {
    const { recorded } = this
    if (window.type === 'count') return recorded.slice(-window.size)
    const { durationMs, buckets } = window
    const must = recorded.filter((call) => now - call.at >= durationMs).length
    const may = recorded.filter((call) => now - call.at > durationMs - durationMs / buckets).length
    const seen = recorded.length - seenTotal
    this.#forgotten = Math.min(may, Math.max(must, this.#forgotten, seen))
    return recorded.slice(this.#forgotten)
  }
}
