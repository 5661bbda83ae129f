import { describe, expect, test } from 'vitest'
import { callAll, due, open } from './steps.ts'
import { type StoreBackendFactory, StoreRig } from './store-rig.ts'

export function checkManualTransitions(backend: StoreBackendFactory): void {
  describe('manual transitions of one instance', () => {
    test.for(['forceOpen', 'disable', 'metricsOnly'] as const)(
      '%s() is not overridden by the fleet',
      async (method) => {
        const rig = new StoreRig(backend, { instances: 4 })
        await rig.advance(100)
        rig.at(3).breaker[method]()
        const manualState = rig.at(3).breaker.state
        await rig.fail(rig.at(0))
        await rig.fail(rig.at(1))
        await rig.advance(50)
        expect(rig.states).toEqual(['open', 'open', 'open', manualState])
        await rig.fleetCommand(0, 'reset')
        expect(rig.states).toEqual(['closed', 'closed', 'closed', manualState])
      },
    )

    test('reset() closes only this circuit, until the next change of the fleet', async () => {
      const rig = await open(new StoreRig(backend))
      rig.at(2).breaker.reset()
      await rig.advance(300)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
      expect(await rig.succeed(rig.at(2))).toBe(1)
    })

    test('trip() keeps its own time while the fleet opens and closes', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(2).breaker.trip({ forMs: 60_000 })
      const { retryAt } = rig.at(2).breaker.snapshot()
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(100)
      await rig.fleetCommand(0, 'reset')
      expect(rig.states).toEqual(['closed', 'closed', 'open'])
      expect(rig.at(2).breaker.snapshot().retryAt).toBe(retryAt)
    })

    test('reset() withdraws the vote of the instance', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(50)
      rig.at(0).breaker.reset()
      await rig.advance(50)
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['closed', 'open', 'closed'])
    })
  })

  describe('manual transitions of the fleet', () => {
    test.for([
      ['forceOpen', 'forced_open', 'forced open for the fleet'],
      ['disable', 'disabled', 'disabled for the fleet'],
      ['metricsOnly', 'metrics_only', 'set to metrics only for the fleet'],
    ] as const)('%s() moves all instances to %s', async ([command, state, reason]) => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fleetCommand(1, command)
      expect(rig.states).toEqual([state, state, state])
      expect(rig.at(0).signals.at(-1)).toMatchObject({ cause: 'fleet', reason })
      await rig.fleetCommand(2, 'reset')
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })

    test('trip() opens all instances for the given time', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      const done = rig.at(0).fleet.trip('payments', { forMs: 30_000 })
      await rig.advance(20)
      expect(await done).toBe(true)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      const { breaker } = rig.at(2)
      const { retryAt = 0 } = breaker.snapshot()
      expect(retryAt - breaker.clock.timestamp()).toBeCloseTo(30_000, -2)
    })

    test('trip() with Infinity opens all instances until the next command', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      void rig.at(0).fleet.trip('payments', { forMs: Number.POSITIVE_INFINITY })
      await rig.advance(20)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      expect(rig.at(1).breaker.snapshot()).not.toHaveProperty('retryAt')
      await rig.advance(60_000)
      await callAll(rig, 'succeed')
      await rig.advance(1_000)
      expect(await callAll(rig, 'succeed')).toBe(0)
    })

    test('reset() ends an outage, also while an instance probes', async () => {
      const { rig, holder } = await due(new StoreRig(backend))
      await rig.succeed(holder, 1)
      expect(holder.breaker.state).toBe('half_open')
      await rig.fleetCommand(0, 'reset')
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })

    test('moves a circuit that an instance creates later', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fleetCommand(0, 'forceOpen')
      rig.start()
      await rig.advance(50)
      expect(rig.states[3]).toBe('forced_open')
    })

    test('resolves with false while the store is unreachable', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(0).store.mode = 'partitioned'
      const done = rig.at(0).fleet.forceOpen('payments')
      await rig.advance(400)
      expect(await done).toBe(false)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })
  })
}
