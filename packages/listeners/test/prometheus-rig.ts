import { PrometheusListener, type PrometheusListenerOptions } from '@fluxgate/listeners/prometheus'
import { Registry } from 'prom-client'
import { CircuitRig } from './circuit-rig.ts'

/** A registry of prom-client, and listeners and circuits that use it. */
export class PrometheusRig extends CircuitRig {
  readonly registry: Registry

  constructor(registry: Registry = new Registry()) {
    super()
    this.registry = registry
  }

  override listener(options: PrometheusListenerOptions = {}): PrometheusListener {
    return new PrometheusListener({ registry: this.registry, ...options })
  }

  /** The lines of a scrape that start with `metric`. By default without lines whose value is 0. */
  async scrape(metric: string, { zeros = false } = {}): Promise<string[]> {
    const lines = (await this.registry.metrics()).split('\n')
    return lines.filter((line) => line.startsWith(metric) && (zeros || !line.endsWith(' 0')))
  }
}
