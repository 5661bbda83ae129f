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
import type { BackendCommand, BackendStatus } from '../src/backend-status.ts'
import { serviceNames } from '../src/knobs.ts'

const MAX_LOG_LINES = 50

/** Maximum time to deliver the last Slack messages at shutdown. */
const FLUSH_TIMEOUT_MS = 3_000

/**
 * A typical Node service. It calls other services through circuits, which write a log, report metrics
 * to Prometheus, and post to a Slack channel.
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
   * @param originOf returns the origin of a service
   * @param more additional listeners for every circuit
   */
  constructor(
    originOf: (service: string) => string,
    slack: SlackListener,
    more: readonly Listener[] = [],
  ) {
    this.#originOf = originOf
    this.#slack = slack
    const write = (line: string) => {
      this.#log = [`${new Date().toISOString()} ${line}`, ...this.#log].slice(0, MAX_LOG_LINES)
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

  get status(): Omit<BackendStatus, 'slack' | 'devtoolsUrl'> {
    const circuits = [...this.circuits].map((circuit) => circuit.snapshot())
    return { rate: this.#rate, circuits, log: this.#log }
  }

  execute({ rate, circuit, transition }: BackendCommand): void {
    if (circuit !== undefined && transition !== undefined) this.circuits.get(circuit)[transition]()
    if (rate === undefined) return
    this.#rate = rate
    clearInterval(this.#timer)
    if (rate > 0) this.#timer = setInterval(() => this.#callAll(), 1_000 / rate)
  }

  /** Stops the calls and delivers pending Slack messages. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.race([
      this.#slack.flush(),
      setTimeout(FLUSH_TIMEOUT_MS, undefined, { ref: false }),
    ])
  }

  #callAll(): void {
    for (const name of serviceNames) void this.call(name)
  }

  /** @returns the status of the response, or undefined when the call was rejected or failed */
  async call(name: string): Promise<number | undefined> {
    try {
      const response = await this.#fetch(`${this.#originOf(name)}/${name}`)
      await response.body?.cancel()
      return response.status
    } catch {
      return undefined // the circuit has recorded the error
    }
  }
}
