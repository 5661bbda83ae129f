import {
  OpenTelemetryListener,
  type OpenTelemetryListenerOptions,
} from '@fluxgate/listeners/opentelemetry'
import type { Meter } from '@opentelemetry/api'
import {
  AggregationTemporality,
  type Histogram,
  MeterProvider,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics'
import { CircuitRig } from './circuit-rig.ts'

/** Collects only when a test calls `collect()`. */
class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** A meter provider of the SDK, and listeners and circuits that use it. */
export class OpenTelemetryRig extends CircuitRig {
  readonly provider: MeterProvider
  readonly meter: Meter
  readonly #reader: ManualReader

  constructor(temporality = AggregationTemporality.CUMULATIVE) {
    super()
    this.#reader = new ManualReader({ aggregationTemporalitySelector: () => temporality })
    this.provider = new MeterProvider({ readers: [this.#reader] })
    this.meter = this.provider.getMeter('test')
  }

  override listener(options: OpenTelemetryListenerOptions = {}): OpenTelemetryListener {
    return new OpenTelemetryListener({ meter: this.meter, ...options })
  }

  async metrics(): Promise<MetricData[]> {
    const { resourceMetrics, errors } = await this.#reader.collect()
    if (errors.length > 0) throw errors[0]
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
  }

  /** The values by attributes: `{ 'circuit.name=payments outcome=success': 1 }`. By default without 0. */
  async collect(metric: string, { zeros = false } = {}): Promise<Record<string, number>> {
    const points = await this.#points<number>(metric)
    return Object.fromEntries(points.filter(([, value]) => zeros || value !== 0))
  }

  async histograms(metric: string): Promise<Record<string, Histogram>> {
    return Object.fromEntries(await this.#points<Histogram>(metric))
  }

  async #points<Value>(metric: string): Promise<[string, Value][]> {
    const data = (await this.metrics()).find(({ descriptor }) => descriptor.name === metric)
    return (data?.dataPoints ?? []).map(({ attributes, value }) => [
      Object.entries(attributes)
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join(' '),
      value as Value,
    ])
  }
}
