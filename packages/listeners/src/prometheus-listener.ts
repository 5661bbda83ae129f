import type { CallEvent, CircuitHandle, ListenerObject, Signal } from '@fluxgate/core'
import { type OpenMetricsContentType, type Registry, register } from 'prom-client'
import { type CircuitLabels, OTHER } from './prometheus/circuit-labels.ts'
import { CircuitMetrics } from './prometheus/circuit-metrics.ts'
import { LABEL_NAMES } from './prometheus/metric-definitions.ts'
import { reportToCircuit } from './report-to-circuit.ts'
import { check, checkOptions } from './validation.ts'

export { ServerOnlyError } from './server-only.ts'

/** Options of a {@link PrometheusListener}. */
export interface PrometheusListenerOptions {
  /** Where the metrics are registered. Default: prom-client's global registry. */
  readonly registry?: Registry | Registry<OpenMetricsContentType> | undefined
  /** Prepended to every metric name, for example `shop_`. Default: empty. */
  readonly prefix?: string | undefined
  /** Upper bounds of the call duration in seconds, ascending. Default: 14 from 1 ms to 30 s. */
  readonly buckets?: readonly number[] | undefined
  /** Circuits with a label of their own: whole number of at least 1, default 1,000. */
  readonly maxCircuits?: number | undefined
  /** Added to every series, for example `{ service: 'checkout' }`. Default: none. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/**
 * Counts calls and transitions of any number of circuits for Prometheus, with prom-client.
 *
 * The listener keeps the counts itself and writes them when Prometheus scrapes, in blocks of a few
 * milliseconds. State and rates are read then, too. The series of a circuit exist, at 0, as soon as the
 * listener is attached, and are removed when it is detached. Rejected calls are counted but not timed.
 *
 * Beyond `maxCircuits`, circuits share the label `__other__`. Their calls and rates are added up. A
 * state is 1 when at least one of them is in it. Circuits of `registry.define()` get a label first: one
 * that comes late takes the label of a circuit that the registry made on demand.
 *
 * Listeners with the same registry and prefix share their metrics, and use the buckets of the first,
 * also across two copies of this package. A circuit with two such listeners is counted once. After
 * `registry.resetMetrics()` and `registry.clear()` the counts start again at 0.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @throws Error when the registry has another metric of one of the names
 * @example
 * const prometheus = new PrometheusListener()
 * const payments = new CircuitBreaker({ name: 'payments', listeners: [prometheus] })
 * app.get('/metrics', async (_, reply) => reply.type(register.contentType).send(await register.metrics()))
 */
export class PrometheusListener implements ListenerObject {
  /**
   * True where this class works; false for the stand-in of browsers, web workers and edge runtimes.
   *
   * @example
   * const listeners = [PrometheusListener.isSupported && new PrometheusListener()]
   */
  static get isSupported(): boolean {
    return true
  }

  readonly #metrics: CircuitMetrics
  readonly #labels: CircuitLabels
  readonly #maxCircuits: number
  #limitReported = false

  constructor(options: PrometheusListenerOptions = {}) {
    checkOptions(OWNER, options, 'registry prefix buckets maxCircuits labels')
    const {
      registry = register as Registry | Registry<OpenMetricsContentType>,
      prefix = '',
      buckets = BUCKETS,
      maxCircuits = 1_000,
      labels = {},
    } = options
    const { registerMetric, getSingleMetric } = Object(registry) as Partial<Registry>
    check(
      typeof registerMetric === 'function' && typeof getSingleMetric === 'function',
      `${OWNER}: registry`,
      'a Registry of prom-client',
      registry,
    )
    check(typeof prefix === 'string', `${OWNER}: prefix`, 'a string', prefix)
    check(
      /^([a-z_:][\w:]*)?$/i.test(prefix),
      `${OWNER}: prefix`,
      'letters, digits, _ and :, not starting with a digit',
      prefix,
      true,
    )
    check(
      Array.isArray(buckets) &&
        buckets.length > 0 &&
        buckets.every((bound, i) => Number.isFinite(bound) && bound > (buckets[i - 1] ?? 0)),
      `${OWNER}: buckets`,
      'ascending numbers of seconds above 0',
      buckets,
      Array.isArray(buckets),
    )
    check(
      Number.isInteger(maxCircuits) && maxCircuits >= 1,
      `${OWNER}: maxCircuits`,
      'a whole number of at least 1',
      maxCircuits,
      typeof maxCircuits === 'number',
    )
    checkLabels(labels)
    this.#metrics = CircuitMetrics.on(registry, prefix, buckets)
    this.#labels = this.#metrics.labelsWith({ ...labels })
    this.#maxCircuits = maxCircuits
  }

  onAttach(circuit: CircuitHandle): () => void {
    this.#metrics.register()
    const overLimit = this.#labels.add(circuit, this.#maxCircuits)
    if (overLimit && !this.#limitReported) {
      this.#limitReported = true
      reportToCircuit(
        circuit,
        new Error(
          `${OWNER}: maxCircuits is ${this.#maxCircuits}; ${JSON.stringify(circuit.name)} and later circuits share the label ${OTHER}. Raise maxCircuits, or attach this listener to fewer circuits`,
        ),
      )
    }
    return () => this.#labels.remove(circuit)
  }

  onSignal(signal: Signal): void {
    if (this.#labels.isNew(signal)) this.#labels.countsOf(signal.circuitName)?.countSignal(signal)
  }

  onCall(event: CallEvent): void {
    if (!this.#labels.isNew(event)) return
    const counts = this.#labels.countsOf(event.circuitName)
    counts?.countCall(event.outcome, event.durationMs, this.#metrics.bounds)
  }
}

const OWNER = 'PrometheusListener'

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

function checkLabels(labels: unknown): void {
  const option = `${OWNER}: labels`
  check(typeof labels === 'object' && labels !== null, option, 'an object', labels)
  for (const [name, value] of Object.entries(labels)) {
    const isFree = /^[a-z_]\w*$/i.test(name) && !name.startsWith('__')
    check(isFree, `${option}: each name`, 'letters, digits and _, not starting with __', name, true)
    check(
      !LABEL_NAMES.includes(name),
      `${option}: each name`,
      `none of ${LABEL_NAMES.join(', ')}`,
      name,
      true,
    )
    check(typeof value === 'string', `${option}: ${name}`, 'a string', value)
  }
}
