import type { CallEvent, CircuitHandle, Signal, State } from '@fluxgate/core'
import {
  Counter,
  Gauge,
  Histogram,
  type OpenMetricsContentType,
  type Registry,
  register,
} from 'prom-client'
import { CircuitLabels } from './circuit-labels.ts'

/** A registry of prom-client, in either of its two formats. */
export type MetricRegistry = Registry | Registry<OpenMetricsContentType>

export const globalRegistry: MetricRegistry = register

// Records, so that a new state or outcome is a type error here.
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

/**
 * Transitions whose counters start at 0. `increase()` misses the first event of any other one.
 *
 * Manual transitions are left out: there are many pairs, and most circuits have none of them.
 */
const AUTOMATIC_TRANSITIONS: readonly (readonly [State, State])[] = [
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

/** Keyed by the state gauge, which `registry.clear()` removes: new metrics are then created. */
const sharedMetrics = new WeakMap<object, CircuitMetrics>()

/** The metrics of one registry and prefix, shared by the listeners that use both. */
export class CircuitMetrics {
  readonly #transitions: Counter
  readonly #shadowTrips: Counter
  readonly #calls: Counter
  readonly #durations: Histogram
  readonly #labels = new CircuitLabels()
  #lastEvent: Signal | CallEvent | undefined

  /**
   * Returns the metrics of the registry; creates them the first time.
   *
   * @throws Error when the registry has another metric of one of the names
   */
  static on(registry: MetricRegistry, prefix: string, buckets: readonly number[]): CircuitMetrics {
    const nameOf = (metric: MetricName) => `${prefix}circuit_breaker_${metric}`
    const known = sharedMetrics.get(Object(registry.getSingleMetric(nameOf('state'))))
    if (known) return known
    const taken = METRICS.map(nameOf).find((name) => registry.getSingleMetric(name))
    if (taken) {
      throw new Error(
        `PrometheusListener: registry already has a metric "${taken}" that this class did not create; set the option prefix`,
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
      // prom-client accepts registries of both formats; its types accept one
      const registers = [registry as Registry]
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
    sharedMetrics.set(state, this)
    this.#transitions = new Counter(
      config('state_transition_total', 'State transitions.', 'old_state', 'new_state'),
    )
    this.#shadowTrips = new Counter(
      config('shadow_trips_total', 'Times a circuit in metrics_only would have opened.'),
    )
    this.#calls = new Counter(config('calls_total', 'Calls by outcome.', 'outcome'))
    this.#durations = new Histogram({
      ...config('call_duration_seconds', 'Duration of admitted calls.', 'outcome'),
      buckets: [...buckets],
    })
    new Gauge({
      ...config(
        'failure_rate',
        'Failure rate of the calls in the window, 0 to 1; absent without calls.',
      ),
      aggregator: 'average',
      collect() {
        this.reset()
        for (const { label, failed } of labels.rates()) {
          this.set({ circuit_name: label }, failed.value)
        }
      },
    })
    new Gauge({
      ...config(
        'slow_rate',
        'Share of the calls in the window that took at least the threshold (ms) of a rule, 0 to 1; absent without calls.',
        'threshold',
      ),
      aggregator: 'average',
      collect() {
        this.reset()
        for (const { label, slow } of labels.rates()) {
          for (const [threshold, ratio] of slow) {
            this.set({ circuit_name: label, threshold }, ratio.value)
          }
        }
      },
    })
  }

  /** Creates the series of the circuit and returns its label. */
  addCircuit(circuit: CircuitHandle, maxCircuits: number): string {
    const circuit_name = this.#labels.add(circuit, maxCircuits)
    for (const outcome of OUTCOMES) this.#calls.inc({ circuit_name, outcome }, 0)
    for (const [old_state, new_state] of AUTOMATIC_TRANSITIONS) {
      this.#transitions.inc({ circuit_name, old_state, new_state }, 0)
    }
    this.#shadowTrips.inc({ circuit_name }, 0)
    return circuit_name
  }

  /** Removes the series of the label when no other circuit has it. */
  removeCircuit(circuit: CircuitHandle, circuit_name: string): void {
    if (!this.#labels.remove(circuit, circuit_name)) return
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
    const circuit_name = this.#labels.labelOf(signal.circuitName)
    const { cause, oldState: old_state, newState: new_state } = signal
    if (cause === 'shadow') this.#shadowTrips.inc({ circuit_name })
    else this.#transitions.inc({ circuit_name, old_state, new_state })
  }

  countCall(event: CallEvent): void {
    if (!this.#isNew(event)) return
    const { outcome, durationMs } = event
    const labels = { circuit_name: this.#labels.labelOf(event.circuitName), outcome }
    this.#calls.inc(labels)
    if (outcome !== 'rejected') this.#durations.observe(labels, durationMs / 1_000)
  }

  /** Two listeners of one circuit pass on the same event object, one directly after the other. */
  #isNew(event: Signal | CallEvent): boolean {
    const isNew = event !== this.#lastEvent
    this.#lastEvent = event
    return isNew
  }
}

function keysOf<Key extends string>(record: Record<Key, unknown>): readonly Key[] {
  return Object.keys(record) as Key[]
}
