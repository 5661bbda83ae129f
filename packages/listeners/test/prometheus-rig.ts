import {
  type BreakerOptions,
  CircuitBreaker,
  cooldown,
  failureRate,
  minRequests,
  slowRate,
} from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { PrometheusListener, type PrometheusListenerOptions } from '@fluxgate/listeners/prometheus'
import { Registry } from 'prom-client'

/** A registry of prom-client, and listeners and circuits that use it. */
export class PrometheusRig {
  readonly clock = new ManualClock()

  readonly registry: Registry

  constructor(registry: Registry = new Registry()) {
    this.registry = registry
  }

  listener(options: PrometheusListenerOptions = {}): PrometheusListener {
    return new PrometheusListener({ registry: this.registry, ...options })
  }

  circuit(
    name: string,
    listener = this.listener(),
    options: Partial<BreakerOptions> = {},
  ): CircuitBreaker {
    return new CircuitBreaker({
      name,
      clock: this.clock,
      tripper: minRequests(2).and(failureRate(0.5).or(slowRate(1, 1_000))),
      retry: cooldown(30_000),
      probes: 1,
      listeners: [listener],
      ...options,
    })
  }

  call(breaker: CircuitBreaker, outcome: 'success' | 'failure', durationMs = 0): void {
    const ticket = breaker.acquire()
    this.clock.advance(durationMs)
    if (outcome === 'success') ticket.success()
    else ticket.failure(new Error('down'))
  }

  /** The lines of a scrape that start with `metric`. By default without lines whose value is 0. */
  async scrape(metric: string, { zeros = false } = {}): Promise<string[]> {
    const lines = (await this.registry.metrics()).split('\n')
    return lines.filter((line) => line.startsWith(metric) && (zeros || !line.endsWith(' 0')))
  }
}
