import type { CallEvent, CircuitBreaker, ListenerObject, Signal } from '@fluxgate/core'
import { OTHER } from './circuit-labels.ts'
import { CircuitMetrics, globalRegistry, type MetricRegistry } from './circuit-metrics.ts'
import { tellOnError } from './report-to-circuit.ts'
import { check, checkOptions } from './validation.ts'

export { ServerOnlyError } from './server-only.ts'

/** Options of a {@link PrometheusListener}. */
export interface PrometheusListenerOptions {
  /** Where the metrics are registered. Default: prom-client's global registry. */
  readonly registry?: MetricRegistry | undefined
  /** Stands before every metric name, as in `shop_`. Default: nothing. */
  readonly prefix?: string | undefined
  /** Upper bounds of the call duration in seconds, rising. Default: 1 ms to 30 s in 14 steps. */
  readonly buckets?: readonly number[] | undefined
  /** Circuits with a label of their own, whole number of at least 1, default 1,000. */
  readonly maxCircuits?: number | undefined
}

/**
 * Counts calls and transitions of any number of circuits for Prometheus, with prom-client.
 *
 * A circuit has its series from the moment the listener joins it, zeros included, and loses them
 * when the listener leaves. The state and the rates are read when Prometheus asks for them. Rejected
 * calls are counted and not timed. Beyond `maxCircuits`, circuits share the label `__other__`: their
 * calls and rates are added up, and each state is 1 that one of them is in.
 *
 * Listeners with the same registry and prefix share their metrics, and the buckets of the first. A
 * circuit that has two of them is counted once.
 *
 * @throws TypeError or RangeError when an option is wrong
 * @throws Error when the registry has a metric of the same name from elsewhere
 * @example
 * const prometheus = new PrometheusListener()
 * const payments = new CircuitBreaker({ name: 'payments', listeners: [prometheus] })
 * app.get('/metrics', async (_, reply) => reply.type(register.contentType).send(await register.metrics()))
 */
export class PrometheusListener implements ListenerObject {
  readonly #metrics: CircuitMetrics
  readonly #maxCircuits: number
  #toldOfLimit = false

  constructor(options: PrometheusListenerOptions = {}) {
    checkOptions(OWNER, options, 'registry prefix buckets maxCircuits')
    const {
      registry = globalRegistry,
      prefix = '',
      buckets = BUCKETS,
      maxCircuits = 1_000,
    } = options
    const { registerMetric, getSingleMetric } = Object(registry) as Partial<MetricRegistry>
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
      'letters, digits, _ and :, with no digit first',
      prefix,
      true,
    )
    check(
      Array.isArray(buckets) &&
        buckets.length > 0 &&
        buckets.every((bound, i) => Number.isFinite(bound) && bound > (buckets[i - 1] ?? 0)),
      `${OWNER}: buckets`,
      'rising numbers of seconds above 0',
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
    this.#metrics = CircuitMetrics.on(registry, prefix, buckets)
    this.#maxCircuits = maxCircuits
  }

  onAttach(circuit: CircuitBreaker): () => void {
    const label = this.#metrics.join(circuit, this.#maxCircuits)
    if (label === OTHER && circuit.name !== OTHER && !this.#toldOfLimit) {
      this.#toldOfLimit = true
      tellOnError(
        circuit,
        new Error(
          `${OWNER}: more than ${this.#maxCircuits} circuits; from ${JSON.stringify(circuit.name)} on they share the label ${OTHER}. Raise maxCircuits, or give fewer circuits this listener`,
        ),
      )
    }
    return () => this.#metrics.leave(circuit, label)
  }

  onSignal(signal: Signal): void {
    this.#metrics.countSignal(signal)
  }

  onCall(event: CallEvent): void {
    this.#metrics.countCall(event)
  }
}

const OWNER = 'PrometheusListener'

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
