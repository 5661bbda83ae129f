import { setTimeout } from 'node:timers/promises'
import {
  CircuitRegistry,
  cooldown,
  countWindow,
  failureRate,
  type Listener,
  LogListener,
  minRequests,
  slowRate,
} from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'
import type { SlackListener } from '@fluxgate/listeners/slack'
import { Registry } from 'prom-client'
import type { BackendOrder, BackendStatus } from '../src/backend-status.ts'
import { serviceNames } from '../src/knobs.ts'

const LOG_KEPT = 50

/** What Slack gets to take the last messages at shutdown. */
const FAREWELL_MS = 3_000

/**
 * A service as one would write it in Node: it calls others through circuits of its own, and these
 * write a log, have metrics for Prometheus, and tell a Slack channel.
 */
export class Backend {
  readonly metrics = new Registry()
  readonly circuits: CircuitRegistry
  readonly #slack: SlackListener
  readonly #fetch: typeof fetch
  readonly #originOf: (service: string) => string
  #log: readonly string[] = []
  #rate = 0
  #timer: NodeJS.Timeout | undefined

  /**
   * @param originOf where a service of that name listens
   * @param more who else listens to every circuit
   */
  constructor(
    originOf: (service: string) => string,
    slack: SlackListener,
    more: readonly Listener[] = [],
  ) {
    this.#originOf = originOf
    this.#slack = slack
    const write = (line: string) => {
      this.#log = [`${new Date().toISOString()} ${line}`, ...this.#log].slice(0, LOG_KEPT)
    }
    this.circuits = new CircuitRegistry({
      defaults: {
        window: countWindow(20),
        tripper: minRequests(10).and(failureRate(0.5).or(slowRate(0.5, 800))),
        retry: cooldown(5_000, { jitter: 0.1 }),
        timeoutMs: 1_000,
        listeners: [
          new LogListener({ logger: { info: write, warn: write } }),
          new PrometheusListener({ registry: this.metrics }),
          slack,
          ...more,
        ],
        onError: (error, { circuitName, source }) =>
          write(`${circuitName}: a ${source} failed: ${error}`),
      },
    })
    this.#fetch = createFetch({
      registry: this.circuits,
      key: ({ url }) => new URL(url).pathname.slice(1),
    })
    for (const name of serviceNames) this.circuits.get(name)
  }

  get status(): Omit<BackendStatus, 'slack'> {
    const circuits = [...this.circuits].map((circuit) => circuit.snapshot())
    return { rate: this.#rate, circuits, log: this.#log }
  }

  obey({ rate, circuit, move }: BackendOrder): void {
    if (circuit !== undefined && move !== undefined) this.circuits.get(circuit)[move]()
    if (rate === undefined) return
    this.#rate = rate
    clearInterval(this.#timer)
    if (rate > 0) this.#timer = setInterval(() => this.#callAll(), 1_000 / rate)
  }

  /** Stops to call, and lets Slack have what was held back. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.race([this.#slack.flush(), setTimeout(FAREWELL_MS, undefined, { ref: false })])
  }

  #callAll(): void {
    for (const name of serviceNames) void this.call(name)
  }

  /** @returns the status of the answer; undefined for none: rejected, timed out, or cut off */
  async call(name: string): Promise<number | undefined> {
    try {
      const response = await this.#fetch(`${this.#originOf(name)}/${name}`)
      await response.body?.cancel()
      return response.status
    } catch {
      return undefined // the circuit has seen the error, and nobody else wants to know
    }
  }
}
