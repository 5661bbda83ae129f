import { type Fleet, rampUp } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { type BackendFactory, FleetRig } from './fleet-rig.ts'
import { callAll, due } from './steps.ts'

const permit = rampUp({ from: 0.5, to: 1, durationMs: 4_000 })
const ramped = { breaker: { permit } }

export function checkRecovering(backend: BackendFactory<Fleet>): void {
  describe('recovering', () => {
    test('starts the ramp of all instances when the probes have succeeded', async () => {
      const { rig, holder } = await due(new FleetRig(backend, ramped))
      await rig.succeed(holder, 12) // the permit rejects some
      await rig.advance(20)
      for (const { breaker } of rig.instances) {
        const { state, healthy, fleet } = breaker.snapshot()
        expect({ state, healthy, fleet: fleet?.state }).toEqual({
          state: 'half_open',
          healthy: true,
          fleet: 'recovering',
        })
      }
      for (const instance of rig.instances)
        expect(await rig.succeed(instance, 9)).toBeGreaterThan(0)
    })

    test('closes when the ramps end', async () => {
      const { rig, holder } = await due(new FleetRig(backend, ramped))
      await rig.succeed(holder, 12)
      await rig.advance(4_100)
      await callAll(rig, 'succeed')
      await rig.advance(100)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
      expect(rig.at(0).breaker.snapshot().fleet?.state).toBe('closed')
      expect(rig.at(0).breaker.snapshot().reopens).toBe(0)
    })

    test('opens all instances again when the quorum fails during the ramp', async () => {
      const { rig, holder, waiting } = await due(new FleetRig(backend, ramped))
      await rig.succeed(holder, 12)
      await rig.advance(2_000)
      for (const instance of waiting) await rig.fail(instance, 12)
      await rig.advance(50)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      expect(rig.at(0).breaker.snapshot()).toMatchObject({ reopens: 1, fleet: { state: 'open' } })
    })

    test('closes instances without a ramp at once', async () => {
      const { rig, holder } = await due(new FleetRig(backend))
      await rig.succeed(holder, 3)
      await rig.advance(20)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })

    test('ramps an instance whose permit has a ramp when that of the prober has none', async () => {
      const { rig, holder } = await due(new FleetRig(backend))
      const late = rig.start(ramped.breaker)
      await rig.advance(100)
      expect(late.breaker.state).toBe('open')
      await rig.succeed(holder, 3)
      await rig.advance(20)
      expect(rig.states).toEqual(['closed', 'closed', 'closed', 'half_open'])
      expect(late.breaker.snapshot().healthy).toBe(true)
    })
  })
}
