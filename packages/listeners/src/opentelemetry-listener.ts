import type { CallEvent, CircuitHandle, ListenerObject, Signal } from '@fluxgate/core'
import {
  type BatchObservableResult,
  createNoopMeter,
  type Histogram,
  type Meter,
  metrics,
  type Observable,
  trace,
  ValueType,
} from '@opentelemetry/api'
import { AttachedCircuits } from './opentelemetry/attached-circuits.ts'
import {
  ATTRIBUTE_NAMES,
  type Attributes,
  type CircuitSeries,
  type ObservedMetric,
} from './opentelemetry/circuit-series.ts'
import { logTransition } from './opentelemetry/transition-log.ts'
import { check, checkOptions } from './validation.ts'

/** Options of an {@link OpenTelemetryListener}. */
export interface OpenTelemetryListenerOptions {
  /** Creates the instruments. Default: the global one, `metrics.getMeter('@fluxgate/listeners')`. */
  readonly meter?: Meter | undefined
  /** Added to every series and log event, for example `{ region: 'eu' }`. Default: none. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined
  /**
   * Whether to record the histogram `circuit_breaker.call.duration`. Default: false, because the SDK
   * takes about a microsecond for each value, several times as long as the circuit itself.
   */
  readonly durations?: boolean | undefined
}

/**
 * Reports calls, rates and states of any number of circuits as OpenTelemetry metrics, transitions as
 * log events, and rejected calls on the active span. It runs on servers and in browsers.
 *
 * The listener counts by itself. Observable instruments read the counts, states and rates when the SDK
 * collects. The series of a circuit begin, at 0, when the listener is attached. When it is detached, or
 * when the circuit is garbage collected, its states become 0 and its series end.
 *
 * An attribute and a metric translate to the names of `PrometheusListener`: `circuit_breaker.calls` to
 * `circuit_breaker_calls_total`, `circuit.name` to `circuit_name`.
 *
 * SDKs before 1.18 use buckets for milliseconds in the histogram; set its buckets by a view.
 *
 * The listener connects to the global meter provider when it is attached; if the SDK starts later, with
 * the next call or transition. Use one listener for all circuits of a meter.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * const otel = new OpenTelemetryListener()
 * const payments = new CircuitBreaker({ name: 'payments', listeners: [otel] })
 */
export class OpenTelemetryListener implements ListenerObject {
  readonly #meter: Meter | undefined
  readonly #circuits: AttachedCircuits
  readonly #durations: boolean
  #instruments: Instruments | undefined
  #observing = false
  /** The meter threw an error, which was reported. */
  #failed = false
  readonly #observe = (result: BatchObservableResult) => this.#observeAll(result)

  constructor(options: OpenTelemetryListenerOptions = {}) {
    checkOptions(OWNER, options, 'meter attributes durations')
    const { meter, attributes = {}, durations = false } = options
    const { createHistogram, addBatchObservableCallback } = Object(meter) as Partial<Meter>
    check(
      meter === undefined ||
        (typeof createHistogram === 'function' && typeof addBatchObservableCallback === 'function'),
      `${OWNER}: meter`,
      'a Meter of @opentelemetry/api',
      meter,
    )
    checkAttributes(attributes)
    check(typeof durations === 'boolean', `${OWNER}: durations`, 'a boolean', durations)
    this.#meter = meter
    this.#circuits = new AttachedCircuits({ ...attributes })
    this.#durations = durations
  }

  /** Whether the circuit must time its calls for this listener. */
  get timed(): boolean {
    return this.#durations
  }

  onAttach(circuit: CircuitHandle): () => void {
    this.#connect()
    this.#circuits.add(circuit)
    return () => this.#circuits.remove(circuit)
  }

  onCall(event: CallEvent): void {
    const series = this.#circuits.seriesOf(event.circuitName)
    if (series === undefined || !this.#circuits.isNew(event)) return
    const { outcome } = event
    series.countCall(outcome)
    if (!this.#observing) this.#connect()
    if (outcome === 'rejected') markSpan(event)
    else if (this.#durations) this.#recordDuration(event, series)
  }

  onSignal(signal: Signal): void {
    const series = this.#circuits.seriesOf(signal.circuitName)
    if (series === undefined || !this.#circuits.isNew(signal)) return
    series.countSignal(signal)
    if (!this.#observing) this.#connect()
    logTransition(SCOPE, signal, series.attributes)
  }

  #recordDuration({ outcome, durationMs }: CallEvent, series: CircuitSeries): void {
    if (durationMs === undefined) return
    this.#instruments?.duration?.record(durationMs / 1_000, series.attributesOf(outcome))
  }

  #connect(): void {
    if (this.#observing || this.#failed) return
    try {
      this.#instruments ??= this.#createInstruments()
      if (this.#instruments === undefined) return
      const { meter, observables } = this.#instruments
      meter.addBatchObservableCallback(this.#observe, Object.values(observables))
      this.#observing = true
    } catch (error) {
      this.#failed = true
      throw error
    }
  }

  #createInstruments(): Instruments | undefined {
    const meter = this.#meter ?? metrics.getMeter(SCOPE)
    // what the API returns before an SDK is started
    return meter === createNoopMeter() ? undefined : createInstruments(meter, this.#durations)
  }

  #observeAll(result: BatchObservableResult): void {
    const { observables } = this.#instruments as Instruments
    this.#circuits.observe((metric, value, attributes) =>
      result.observe(observables[metric], value, attributes),
    )
    // later, because the SDK is iterating over its callbacks
    if (this.#circuits.empty) Promise.resolve().then(() => this.#disconnect())
  }

  /** Lets the listener be collected when its circuits are gone. */
  #disconnect(): void {
    if (!this.#observing || this.#instruments === undefined || !this.#circuits.empty) return
    const { meter, observables } = this.#instruments
    meter.removeBatchObservableCallback(this.#observe, Object.values(observables))
    this.#observing = false
  }
}

const OWNER = 'OpenTelemetryListener'

/** The name of the instrumentation scope. */
const SCOPE = '@fluxgate/listeners'

/** In seconds, as in PrometheusListener. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

interface Instruments {
  readonly meter: Meter
  readonly observables: Readonly<Record<ObservedMetric, Observable>>
  readonly duration: Histogram | undefined
}

function createInstruments(meter: Meter, durations: boolean): Instruments {
  const gauge = (name: string, description: string) =>
    // without a unit: with `1`, a translation to Prometheus adds `_ratio` to the name
    meter.createObservableGauge(name, { description })
  const counter = (name: string, unit: string, description: string) =>
    meter.createObservableCounter(name, { description, unit, valueType: ValueType.INT })
  const durationOptions = {
    description: 'Duration of admitted calls.',
    unit: 's',
    // SDKs before 1.18 ignore it
    advice: { explicitBucketBoundaries: BUCKETS },
  }
  return {
    meter,
    observables: {
      calls: counter('circuit_breaker.calls', '{call}', 'Calls by outcome.'),
      state: gauge('circuit_breaker.state', 'Whether the circuit is in the state: 1 or 0.'),
      state_transition: counter(
        'circuit_breaker.state_transition',
        '{transition}',
        'State transitions.',
      ),
      shadow_trips: counter(
        'circuit_breaker.shadow_trips',
        '{trip}',
        'Times the rule was met in metrics_only.',
      ),
      failure_rate: gauge(
        'circuit_breaker.failure_rate',
        'Failure rate of the calls in the window, 0 to 1.',
      ),
      slow_rate: gauge(
        'circuit_breaker.slow_rate',
        'Share of the calls in the window that took at least the threshold (ms) of a rule, 0 to 1.',
      ),
      fleet_reachable: gauge(
        'circuit_breaker.fleet_reachable',
        'Whether the store of the shared circuit answers: 1 or 0.',
      ),
    },
    duration: durations
      ? meter.createHistogram('circuit_breaker.call.duration', durationOptions)
      : undefined,
  }
}

/** A rejection happens in the context of the caller, so its span is the active one. */
function markSpan({ circuitName, state }: CallEvent): void {
  trace.getActiveSpan()?.setAttributes({
    'circuit.name': circuitName,
    'circuit_breaker.state': state,
    'circuit_breaker.rejected': true,
  })
}

function checkAttributes(attributes: unknown): asserts attributes is Attributes {
  const option = `${OWNER}: attributes`
  check(typeof attributes === 'object' && attributes !== null, option, 'an object', attributes)
  for (const [name, value] of Object.entries(attributes)) {
    check(
      name !== '' && !ATTRIBUTE_NAMES.includes(name),
      `${option}: each name`,
      `a text, none of ${ATTRIBUTE_NAMES.join(', ')}`,
      name,
      true,
    )
    check(
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
      `${option}: ${name}`,
      'a string, a number or a boolean',
      value,
    )
  }
}
