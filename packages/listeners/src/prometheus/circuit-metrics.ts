import type { CircuitCounts } from './circuit-counts.ts'
import { CircuitLabels } from './circuit-labels.ts'
import { metricDefinitions } from './metric-definitions.ts'
import { Reader, ScrapedMetric } from './scraped-metric.ts'

/** The members of a registry of prom-client that are used. */
export interface MetricRegistry {
  registerMetric(metric: never): void
  getSingleMetric(name: string): unknown
}

/**
 * The key of a registry's metrics. It is the same symbol in every copy of this package: the copies of
 * two bundles share a registry. The number changes with the members that another copy uses.
 */
const METRICS = Symbol.for('@fluxgate/listeners/prometheus:1')

/** The metrics by prefix, on the registry. */
interface WithMetrics {
  [METRICS]?: Map<string, CircuitMetrics>
  clear?(): void
}

/** The metrics of one registry and prefix, shared by the listeners that use both. */
export class CircuitMetrics {
  readonly bounds: readonly number[]
  readonly #registry: MetricRegistry
  readonly #metrics: readonly ScrapedMetric[]
  /** By the extra labels as JSON. */
  readonly #labels = new Map<string, CircuitLabels>()
  #registered = false

  /**
   * Returns the metrics of the registry; creates them the first time.
   *
   * @throws Error when the registry has another metric of one of the names
   */
  static on(registry: MetricRegistry, prefix: string, bounds: readonly number[]): CircuitMetrics {
    const byPrefix = metricsOf(registry)
    const known = byPrefix.get(prefix)
    if (known !== undefined) return known
    const metrics = new CircuitMetrics(registry, prefix, bounds)
    metrics.register()
    byPrefix.set(prefix, metrics)
    return metrics
  }

  private constructor(registry: MetricRegistry, prefix: string, bounds: readonly number[]) {
    const reader = new Reader()
    this.bounds = [...bounds]
    this.#registry = registry
    this.#metrics = metricDefinitions(this.bounds).map(
      (definition) =>
        new ScrapedMetric(definition, prefix, () => this.#allCounts(), reader, registry),
    )
  }

  /** The labels of the circuits whose listeners have these extra labels. */
  labelsWith(extra: Readonly<Record<string, string>>): CircuitLabels {
    // Stryker disable next-line EqualityOperator: the order does not matter, and names are unique
    const key = JSON.stringify(Object.entries(extra).sort(([a], [b]) => (a < b ? -1 : 1)))
    let labels = this.#labels.get(key)
    if (labels === undefined) {
      labels = new CircuitLabels(extra)
      this.#labels.set(key, labels)
    }
    return labels
  }

  /** @throws Error when the registry has another metric of one of the names */
  register(): void {
    if (this.#registered) return
    const taken = this.#metrics.find(({ name }) => this.#registry.getSingleMetric(name))
    if (taken !== undefined) {
      throw new Error(
        `PrometheusListener: registry already has a metric "${taken.name}" that this class did not create; set the option prefix`,
      )
    }
    // prom-client accepts any object with these members; its types accept its own classes
    for (const metric of this.#metrics) this.#registry.registerMetric(metric as never)
    this.#registered = true
  }

  /** After `registry.clear()`: starts again at 0, with the circuits that are attached. */
  restore(): void {
    for (const metric of this.#metrics) metric.reset()
    this.#registered = false
    if (!this.#allCounts().next().done) this.register()
  }

  *#allCounts(): Generator<CircuitCounts> {
    for (const labels of this.#labels.values()) yield* labels
  }
}

function metricsOf(registry: MetricRegistry & WithMetrics): Map<string, CircuitMetrics> {
  const known = registry[METRICS]
  if (known !== undefined) return known
  const byPrefix = new Map<string, CircuitMetrics>()
  Object.defineProperty(registry, METRICS, { value: byPrefix })
  restoreAfterClear(registry, byPrefix)
  return byPrefix
}

/** prom-client does not notify a metric of `clear()`. Without this, circuits would have no series again. */
function restoreAfterClear(
  registry: WithMetrics,
  byPrefix: ReadonlyMap<string, CircuitMetrics>,
): void {
  const { clear } = registry
  if (typeof clear !== 'function') return
  Object.defineProperty(registry, 'clear', {
    configurable: true,
    writable: true,
    value(this: WithMetrics) {
      clear.call(this)
      for (const metrics of byPrefix.values()) metrics.restore()
    },
  })
}
