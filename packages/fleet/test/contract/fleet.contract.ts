import type { ManualClock } from '@fluxgate/core/testing'
import { describe } from 'vitest'
import type { Backend } from './fleet-rig.ts'
import { checkOpening } from './opening.ts'

/** The behaviour of circuits that share a store, whatever the store. */
export function fleetContract(name: string, backend: (clock: ManualClock) => Backend): void {
  describe(`a fleet on ${name}`, () => {
    checkOpening(backend)
  })
}
