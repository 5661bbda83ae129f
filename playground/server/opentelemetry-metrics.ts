import { OpenTelemetryListener } from '@fluxgate/listeners/opentelemetry'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

/** The metrics of circuits through OpenTelemetry, in the text format of Prometheus. */
export class OpenTelemetryMetrics {
  readonly #exporter = new PrometheusExporter({ preventServerStart: true })
  readonly #provider = new MeterProvider({ readers: [this.#exporter] })
  readonly #serializer = new PrometheusSerializer()
  readonly listener = new OpenTelemetryListener({ meter: this.#provider.getMeter('playground') })

  async text(): Promise<string> {
    const { resourceMetrics } = await this.#exporter.collect()
    return this.#serializer.serialize(resourceMetrics)
  }

  close(): Promise<void> {
    return this.#provider.shutdown()
  }
}
