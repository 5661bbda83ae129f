import {
  type BreakerOptions,
  CircuitBreaker,
  type Clock,
  cooldown,
  failureStreak,
  type Signal,
} from '@fluxgate/core'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { createFleet } from '../../src/fleet/create-fleet.ts'
import type { FleetOptions } from '../../src/fleet/fleet-options.ts'
import type { SharedFleet } from '../../src/fleet/shared-fleet.ts'
import type { FleetStore } from '../../src/store/fleet-store.ts'
import { FaultStore } from './fault-store.ts'

/** A store that the contract is checked on. */
export interface Backend {
  /** The store as one instance reaches it. */
  connect(): FleetStore
  /** Loses all data, as after a restart. */
  empty(): void | Promise<void>
  /** Waits until what was sent has arrived. In memory: some rounds of microtasks. */
  settle?(): Promise<void>
}

export type BackendFactory = (clock: ManualClock) => Backend

export interface Instance {
  readonly fleet: SharedFleet
  readonly store: FaultStore
  readonly breaker: CircuitBreaker
  readonly signals: Signal[]
  readonly errors: unknown[]
}

export interface RigOptions {
  readonly instances?: number
  readonly fleet?: FleetOptions
  readonly breaker?: Partial<BreakerOptions>
  /** How far the wall clock of each instance is off, in ms. */
  readonly skewMs?: (index: number) => number
}

/** Instances that share the circuit `payments`, on one manual clock. */
export class FleetRig {
  readonly clock = new ManualClock()
  readonly backend: Backend
  readonly instances: Instance[]
  readonly #options: RigOptions

  constructor(backend: BackendFactory, options: RigOptions = {}) {
    this.backend = backend(this.clock)
    this.#options = options
    this.instances = Array.from({ length: options.instances ?? 3 }, (_, index) =>
      this.#start(index),
    )
  }

  /** Starts one more instance, or one that takes the place of a dead one. */
  start(breaker?: Partial<BreakerOptions>): Instance {
    const instance = this.#start(this.instances.length, breaker)
    this.instances.push(instance)
    return instance
  }

  #start(index: number, own?: Partial<BreakerOptions>): Instance {
    const { fleet: fleetOptions, breaker = {}, skewMs = () => 0 } = this.#options
    const breakerOptions = { ...breaker, ...own }
    const { clock } = this
    const ownClock: Clock = {
      now: () => clock.now() + index * 1_000_000,
      timestamp: () => clock.timestamp() + skewMs(index),
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    }
    const random = seededRandom(index + 1)
    const store = new FaultStore(this.backend.connect(), () => clock.now())
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const fleet = createFleet(store, {
      clock: ownClock,
      random,
      instance: `i${index}`,
      onError,
      ...fleetOptions,
    })
    const signals: Signal[] = []
    const circuit = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(3),
      retry: cooldown(10_000),
      clock: ownClock,
      random,
      onError,
      shared: fleet,
      ...breakerOptions,
      listeners: [(signal) => void signals.push(signal), ...(breakerOptions.listeners ?? [])],
    })
    return { fleet, store, breaker: circuit, signals, errors }
  }

  /** The instance of that number. */
  at(index: number): Instance {
    const instance = this.instances[index]
    if (instance === undefined) throw new Error(`no instance ${index}`)
    return instance
  }

  get states(): string[] {
    return this.instances.map(({ breaker }) => breaker.state)
  }

  /** Moves the time on in small steps, so that what is sent arrives. */
  async advance(ms: number): Promise<void> {
    await this.#settle()
    for (let passed = 0; passed < ms; ) {
      const step = Math.min(10, ms - passed)
      this.clock.advance(step)
      passed += step
      await this.#settle()
    }
  }

  async #settle(): Promise<void> {
    await microtasks()
    await this.backend.settle?.()
  }

  /** A command of one instance to all. */
  async fleetCommand(
    index: number,
    command: 'forceOpen' | 'disable' | 'metricsOnly' | 'reset',
  ): Promise<void> {
    const done = this.at(index).fleet[command]('payments')
    await this.advance(20)
    if (!(await done)) throw new Error(`${command} did not reach the store`)
  }

  /** Calls that fail. Returns how many reached the service. */
  async fail(instance: Instance, times = 3): Promise<number> {
    return call(instance, times, () => Promise.reject(new Error('503')))
  }

  async succeed(instance: Instance, times = 1): Promise<number> {
    return call(instance, times, () => Promise.resolve())
  }
}

async function call(
  { breaker }: Instance,
  times: number,
  answer: () => Promise<void>,
): Promise<number> {
  let reached = 0
  for (let round = 0; round < times; round++) {
    const service = () => {
      reached++
      return answer()
    }
    await breaker.call(service).catch(() => {})
  }
  return reached
}
