import type { ManualClock } from '@fluxgate/core/testing'
import { createFleet } from '../../src/fleet/create-fleet.ts'
import type { FleetStore } from '../../src/store/fleet-store.ts'
import { FaultStore } from './fault-store.ts'
import { type Backend, type Connection, FleetRig, type RigOptions } from './fleet-rig.ts'

/** A store under test. */
export interface StoreBackend {
  /** The store as one instance reaches it. */
  connect(): FleetStore
  /** Loses all data, as after a restart. */
  empty(): void | Promise<void>
  /** Waits until all messages have arrived. In memory: some rounds of microtasks. */
  settle?(): Promise<void>
}

export type StoreBackendFactory = (clock: ManualClock) => StoreBackend

interface StoreConnection extends Connection {
  readonly store: FaultStore
}

export type StoreInstance = FleetRig['instances'][number] & StoreConnection

/** Connects each instance through a store with faults. */
export function onStore(backend: StoreBackendFactory): (clock: ManualClock) => Backend {
  return (clock) => {
    const stores = backend(clock)
    return {
      empty: () => stores.empty(),
      settle: async () => stores.settle?.(),
      connect(_, options): StoreConnection {
        const store = new FaultStore(stores.connect(), () => clock.now())
        return {
          fleet: createFleet(store, options),
          store,
          cut: () => {
            store.mode = 'partitioned'
          },
          restore: () => {
            store.mode = 'up'
          },
        }
      },
    }
  }
}

/** Instances on one store, whose faults a test controls. */
export class StoreRig extends FleetRig {
  declare readonly instances: StoreInstance[]

  constructor(backend: StoreBackendFactory, options?: RigOptions) {
    super(onStore(backend), options)
  }

  override at(index: number): StoreInstance {
    return super.at(index) as StoreInstance
  }

  /** Sends a command of one instance to all instances. */
  async fleetCommand(
    index: number,
    command: 'forceOpen' | 'disable' | 'metricsOnly' | 'reset',
  ): Promise<void> {
    const done = this.at(index).fleet[command]('payments')
    await this.advance(20)
    if (!(await done)) throw new Error(`${command} did not reach the store`)
  }
}
