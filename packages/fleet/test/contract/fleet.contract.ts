import { describe } from 'vitest'
import { checkFaults } from './faults.ts'
import type { BackendFactory } from './fleet-rig.ts'
import { checkNotifying } from './notifying.ts'
import { checkOpening } from './opening.ts'
import { checkProbing } from './probing.ts'
import { checkRecovering } from './recovering.ts'
import { checkTraffic } from './traffic.ts'
import { checkWishes } from './wishes.ts'

/** The behaviour of circuits that share a store, whatever the store. */
export function fleetContract(name: string, backend: BackendFactory): void {
  describe(`a fleet on ${name}`, () => {
    checkOpening(backend)
    checkProbing(backend)
    checkRecovering(backend)
    checkWishes(backend)
    checkFaults(backend)
    checkNotifying(backend)
    checkTraffic(backend)
  })
}
