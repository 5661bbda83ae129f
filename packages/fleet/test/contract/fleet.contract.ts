import type { Fleet } from '@fluxgate/core'
import { describe } from 'vitest'
import { checkFaults } from './faults.ts'
import type { BackendFactory } from './fleet-rig.ts'
import { checkLeases } from './leases.ts'
import { checkManualTransitions } from './manual-transitions.ts'
import { checkNotifying } from './notifying.ts'
import { checkOpening } from './opening.ts'
import { checkProbing } from './probing.ts'
import { checkRecovering } from './recovering.ts'
import { onStore, type StoreBackendFactory } from './store-rig.ts'
import { checkTraffic } from './traffic.ts'

/** How shared circuits probe and recover, in any kind of fleet. */
export function sharingContract<F extends Fleet>(name: string, backend: BackendFactory<F>): void {
  describe(`circuits shared by ${name}`, () => {
    checkProbing(backend)
    checkRecovering(backend)
  })
}

/** The behaviour of a fleet on any store. */
export function fleetContract(name: string, backend: StoreBackendFactory): void {
  sharingContract(name, onStore(backend))
  describe(`a fleet on ${name}`, () => {
    checkLeases(onStore(backend))
    checkOpening(backend)
    checkManualTransitions(backend)
    checkFaults(backend)
    checkNotifying(backend)
    checkTraffic(backend)
  })
}
