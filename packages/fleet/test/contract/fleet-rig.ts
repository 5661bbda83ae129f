import {
  type BreakerOptions,
  CircuitBreaker,
  type Clock,
  cooldown,
  type Fleet,
  failureStreak,
  type Signal,
} from '@fluxgate/core'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'
import { microtasks } from '@fluxgate/testkit/microtasks'
import type { FleetOptions } from '../../src/fleet/fleet-options.ts'
import type { SharedFleet } from '../../src/fleet/shared-fleet.ts'

/** Connects the instances of a rig. */
export interface Backend<F extends Fleet = SharedFleet> {
  /** Creates the fleet of the instance `index`. */
  connect(index: number, options: FleetOptions & { readonly clock: Clock }): Connection<F>
  /** Loses all data, as after a restart. */
  empty(): void | Promise<void>
  /** Waits until all messages have arrived. In memory: some rounds of microtasks. */
  settle?(): Promise<void>
}

export type BackendFactory<F extends Fleet = SharedFleet> = (clock: ManualClock) => Backend<F>

/** The fleet of one instance, and its connection to the others. */
export interface Connection<F extends Fleet = SharedFleet> {
  readonly fleet: F
  /** From now on, the messages from and to the instance are lost. */
  cut(): void
  restore(): void
}

export interface Instance<F extends Fleet = SharedFleet> extends Connection<F> {
  readonly breaker: CircuitBreaker
  readonly signals: Signal[]
  readonly errors: unknown[]
}

export interface RigOptions {
  readonly instances?: number
  readonly fleet?: FleetOptions
  readonly breaker?: Partial<BreakerOptions>
  /** The error of the wall clock of each instance, in ms. */
  readonly skewMs?: (index: number) => number
}

type Caller = Pick<Instance, 'breaker'>

/** Instances that share the circuit `payments`, on one manual clock. */
export class FleetRig<F extends Fleet = SharedFleet> {
  readonly clock = new ManualClock()
  readonly backend: Backend<F>
  readonly instances: Instance<F>[]
  readonly #options: RigOptions

  constructor(backend: BackendFactory<F>, options: RigOptions = {}) {
    this.backend = backend(this.clock)
    this.#options = options
    this.instances = Array.from({ length: options.instances ?? 3 }, (_, index) =>
      this.#start(index),
    )
  }

  /** Starts one more instance. */
  start(breaker?: Partial<BreakerOptions>): Instance<F> {
    const instance = this.#start(this.instances.length, breaker)
    this.instances.push(instance)
    return instance
  }

  #start(index: number, own?: Partial<BreakerOptions>): Instance<F> {
    const { fleet: fleetOptions, breaker = {}, skewMs = () => 0 } = this.#options
    const breakerOptions = { ...breaker, ...own }
    const { clock } = this
    const ownClock: Clock = {
      now: () => clock.now() + index * 1_000_000,
      timestamp: () => clock.timestamp() + skewMs(index),
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    }
    const random = seededRandom(index + 1)
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const connection = this.backend.connect(index, {
      random,
      instance: `i${index}`,
      onError,
      ...fleetOptions,
      clock: ownClock,
    })
    const signals: Signal[] = []
    const circuit = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(3),
      retry: cooldown(10_000),
      clock: ownClock,
      random,
      onError,
      shared: connection.fleet,
      ...breakerOptions,
      listeners: [(signal) => void signals.push(signal), ...(breakerOptions.listeners ?? [])],
    })
    return Object.assign(connection, { breaker: circuit, signals, errors })
  }

  /** The instance of that number. */
  at(index: number): Instance<F> {
    const instance = this.instances[index]
    if (instance === undefined) throw new Error(`no instance ${index}`)
    return instance
  }

  get states(): string[] {
    return this.instances.map(({ breaker }) => breaker.state)
  }

  /** Advances the time in small steps, so that messages arrive. */
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

  /** Makes calls that fail. Returns how many reached the service. */
  async fail(instance: Caller, times = 3): Promise<number> {
    return call(instance, times, () => Promise.reject(new Error('503')))
  }

  async succeed(instance: Caller, times = 1): Promise<number> {
    return call(instance, times, () => Promise.resolve())
  }
}

async function call(
  { breaker }: Caller,
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
