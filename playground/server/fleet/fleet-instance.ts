import { setInterval } from 'node:timers'
import {
  type CircuitBreaker,
  CircuitRegistry,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  timeWindow,
} from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import type { SharedFleet } from '@fluxgate/fleet'
import type { InstanceCircuit, InstanceStatus } from '../../src/fleet-status.ts'
import { serviceNames } from '../../src/knobs.ts'

const CALL_EVERY_MS = 400
const RAMP = { from: 0.1, to: 1, durationMs: 4_000 }

/** The origin of each service. */
export type Origins = Readonly<Record<string, string>>

/** One instance of a service. Its circuits are shared with the other instances. */
export class FleetInstance {
  readonly #name: string
  readonly #fleet: SharedFleet
  readonly #origins: Origins
  readonly #circuits: CircuitRegistry
  readonly #fetch: typeof fetch
  readonly #reported = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(name: string, fleet: SharedFleet, origins: Origins) {
    this.#name = name
    this.#fleet = fleet
    this.#origins = origins
    this.#circuits = new CircuitRegistry({
      defaults: {
        shared: fleet,
        window: timeWindow(10_000),
        tripper: failureStreak(5).or(minRequests(10).and(failureRate(0.5))),
        retry: cooldown(4_000, { jitter: 0.1 }),
        permit: rampUp(RAMP),
        timeoutMs: 1_000,
        listeners: [
          ({ circuitName, newState, cause }) => {
            if (newState === 'closed') this.#reported.delete(circuitName)
            else if (newState === 'open' && cause === 'rule') this.#reported.add(circuitName)
          },
        ],
        onError: () => {}, // the overview says that the store is unreachable
      },
    })
    this.#fetch = createFetch({
      registry: this.#circuits,
      key: ({ url }) => new URL(url).pathname.slice(1),
    })
    for (const name of serviceNames) this.#circuits.get(name)
  }

  get status(): InstanceStatus {
    const circuits = [...this.#circuits].map((circuit) => this.#describe(circuit))
    return { name: this.#name, pid: process.pid, circuits }
  }

  /** Calls the services, or stops to. */
  setActive(isActive: boolean): void {
    if (!isActive) clearInterval(this.#timer)
    if (isActive === (this.#timer !== undefined)) return
    this.#timer = isActive ? setInterval(() => this.#callAll(), CALL_EVERY_MS) : undefined
  }

  async close(): Promise<void> {
    this.setActive(false)
    await this.#fleet.close()
  }

  #describe(circuit: CircuitBreaker): InstanceCircuit {
    const { name, state, healthy, since, fleet } = circuit.snapshot()
    const elapsed = Math.min(1, Math.max(0, (Date.now() - since) / RAMP.durationMs))
    return {
      name,
      state,
      reachable: fleet?.reachable === true,
      reported: this.#reported.has(name),
      probes: fleet?.prober === 'this' && fleet.state === 'open',
      ...(healthy && { rampShare: RAMP.from + (RAMP.to - RAMP.from) * elapsed }),
    }
  }

  #callAll(): void {
    for (const name of serviceNames) {
      this.#fetch(`${this.#origins[name]}/${name}`)
        .then((response) => response.body?.cancel())
        .catch(() => {}) // the circuit has recorded the error
    }
  }
}
