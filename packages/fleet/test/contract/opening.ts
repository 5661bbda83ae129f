import type { ManualClock } from '@fluxgate/core/testing'
import { describe, expect, test } from 'vitest'
import { type Backend, FleetRig } from './fleet-rig.ts'

export function checkOpening(backend: (clock: ManualClock) => Backend): void {
  describe('opening', () => {
    test('opens the circuit of all instances when the quorum has opened', async () => {
      const rig = new FleetRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(50)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      expect(rig.at(2).signals).toMatchObject([
        { newState: 'open', cause: 'fleet', reason: expect.stringContaining('failure streak 3') },
      ])
    })
  })
}
