import type { CallEvent, CircuitBreaker, Signal, State } from '@fluxgate/core'
import {
  Counter,
  Gauge,
  Histogram,
  type OpenMetricsContentType,
  type Registry,
  register,
} from 'prom-client'
import { CircuitLabels } from './circuit-labels.ts'

/** A registry of prom-client, whichever of its two formats it writes. */
export type MetricRegistry = Registry | Registry<OpenMetricsContentType>

export const globalRegistry: MetricRegistry = register

// A record, so that a state or outcome that core gains cannot be forgotten here.
const STATES = keysOf<State>({
  closed: 0,
  open: 0,
  half_open: 0,
  metrics_only: 0,
  disabled: 0,
  forced_open: 0,
})
const OUTCOMES = keysOf<CallEvent['outcome']>({
  success: 0,
  failure: 0,
  ignored: 0,
  aborted: 0,
  rejected: 0,
})

/** What a circuit goes through without anybody's hand; `increase()` misses the first of the rest. */
const USUAL_TRANSITIONS: readonly (readonly [State, State])[] = [
  ['closed', 'open'],
  ['open', 'half_open'],
  ['half_open', 'closed'],
  ['half_open', 'open'],
]

const METRICS = [
  'state',
  'state_transition_total',
  'shadow_trips_total',
  'calls_total',
  'call_duration_seconds',
  'failure_rate',
  'slow_rate',
] as const

type MetricName = (typeof METRICS)[number]

/** By the state gauge: gone from the registry, as after `registry.clear()`, it is not found again. */
const shared = new WeakMap<object, CircuitMetrics>()

/** The metrics of one registry and prefix, whoever feeds them. */
export class CircuitMetrics {
  readonly #transitions: Counter
  readonly #shadowTrips: Counter
  readonly #calls: Counter
  readonly #durations: Histogram
  readonly #labels = new CircuitLabels()
  #last: Signal | CallEvent | undefined

  /**
   * Those of the registry, made when there are none.
   *
   * @throws Error when the registry has a metric of the same name from elsewhere
   */
  static on(registry: MetricRegistry, prefix: string, buckets: readonly number[]): CircuitMetrics {
    const nameOf = (metric: MetricName) => `${prefix}circuit_breaker_${metric}`
    const known = shared.get(Object(registry.getSingleMetric(nameOf('state'))))
    if (known) return known
    const taken = METRICS.map(nameOf).find((name) => registry.getSingleMetric(name))
    if (taken) {
      throw new Error(
        `PrometheusListener: the registry has a metric ${taken} that is no PrometheusListener's; give this one a prefix`,
      )
    }
    return new CircuitMetrics(registry, nameOf, buckets)
  }

  private constructor(
    registry: MetricRegistry,
    nameOf: (metric: MetricName) => string,
    buckets: readonly number[],
  ) {
    const labels = this.#labels
    const config = (metric: MetricName, help: string, ...labelNames: string[]) => {
      const registers = [registry as Registry] // prom-client takes both, its types only one
      return { name: nameOf(metric), help, labelNames: ['circuit_name', ...labelNames], registers }
    }
    const state = new Gauge({
      ...config('state', 'Whether the circuit is in the state: 1 or 0.', 'state'),
      aggregator: 'max',
      collect() {
        this.reset()
        for (const { label, states } of labels.states()) {
          for (const state of STATES) {
            this.set({ circuit_name: label, state }, states.has(state) ? 1 : 0)
          }
        }
      },
    })
    shared.set(state, this)
    this.#transitions = new Counter(
      config(
        'state_transition_total',
        'Transitions from one state to another.',
        'old_state',
        'new_state',
      ),
    )
    this.#shadowTrips = new Counter(
      config('shadow_trips_total', 'Times a circuit in metrics_only would have opened.'),
    )
    this.#calls = new Counter(config('calls_total', 'Calls by how they ended.', 'outcome'))
    this.#durations = new Histogram({
      ...config('call_duration_seconds', 'Duration of the calls that were let through.', 'outcome'),
      buckets: [...buckets],
    })
    new Gauge({
      ...config('failure_rate', 'Share of failures in the window, 0 to 1; absent without calls.'),
      aggregator: 'average',
      collect() {
        this.reset()
        for (const { label, failed } of labels.rates()) {
          this.set({ circuit_name: label }, failed.ratio)
        }
      },
    })
    new Gauge({
      ...config(
        'slow_rate',
        'Share of calls in the window that took as long as a threshold of the rules, in ms, or longer; absent without calls.',
        'threshold',
      ),
      aggregator: 'average',
      collect() {
        this.reset()
        for (const { label, slow } of labels.rates()) {
          for (const [threshold, share] of slow) {
            this.set({ circuit_name: label, threshold }, share.ratio)
          }
        }
      },
    })
  }

  join(circuit: CircuitBreaker, maxCircuits: number): string {
    const circuit_name = this.#labels.join(circuit, maxCircuits)
    for (const outcome of OUTCOMES) this.#calls.inc({ circuit_name, outcome }, 0)
    for (const [old_state, new_state] of USUAL_TRANSITIONS) {
      this.#transitions.inc({ circuit_name, old_state, new_state }, 0)
    }
    this.#shadowTrips.inc({ circuit_name }, 0)
    return circuit_name
  }

  leave(circuit: CircuitBreaker, circuit_name: string): void {
    if (!this.#labels.leave(circuit, circuit_name)) return
    for (const outcome of OUTCOMES) {
      this.#calls.remove({ circuit_name, outcome })
      this.#durations.remove({ circuit_name, outcome })
    }
    for (const old_state of STATES) {
      for (const new_state of STATES) {
        this.#transitions.remove({ circuit_name, old_state, new_state })
      }
    }
    this.#shadowTrips.remove({ circuit_name })
  }

  countSignal(signal: Signal): void {
    if (!this.#isNew(signal)) return
    const circuit_name = this.#labels.of(signal.circuitName)
    const { cause, oldState: old_state, newState: new_state } = signal
    if (cause === 'shadow') this.#shadowTrips.inc({ circuit_name })
    else this.#transitions.inc({ circuit_name, old_state, new_state })
  }

  countCall(event: CallEvent): void {
    if (!this.#isNew(event)) return
    const { outcome, durationMs } = event
    const labels = { circuit_name: this.#labels.of(event.circuitName), outcome }
    this.#calls.inc(labels)
    if (outcome !== 'rejected') this.#durations.observe(labels, durationMs / 1_000)
  }

  /** Two listeners of one circuit hand in the same object, one right after the other. */
  #isNew(event: Signal | CallEvent): boolean {
    const isNews = event !== this.#last
    this.#last = event
    return isNews
  }
}

function keysOf<Key extends string>(record: Record<Key, unknown>): readonly Key[] {
  return Object.keys(record) as Key[]
}
