import { backoff, type Fleet } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { type BackendFactory, FleetRig } from './fleet-rig.ts'
import { callAll, dueSoon, isProber, open, others, prober, requestLease } from './steps.ts'

export function checkProbing(backend: BackendFactory<Fleet>): void {
  describe('probing', () => {
    test('lets one instance probe, while the others reject calls', async () => {
      const rig = await open(new FleetRig(backend))
      await requestLease(rig)
      await rig.advance(400)
      const reached = await callAll(rig, 'succeed')
      expect(reached).toBe(1)
      const holder = prober(rig)
      expect(holder?.breaker.state).toBe('half_open')
      for (const { breaker } of others(rig)) {
        const { state, permitted, fleet } = breaker.snapshot()
        expect(state).toBe('open')
        expect(permitted).toBe(false)
        expect(fleet).toMatchObject({ state: 'open', prober: 'other' })
      }
    })

    test('closes all instances when the probes succeed', async () => {
      const rig = await open(new FleetRig(backend))
      await requestLease(rig)
      await rig.advance(400)
      const waiting = others(rig)
      for (let round = 0; round < 3; round++) await callAll(rig, 'succeed')
      await rig.advance(20)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
      expect(waiting).toHaveLength(2)
      for (const { signals } of waiting) {
        expect(signals.at(-1)).toMatchObject({ newState: 'closed', cause: 'fleet' })
      }
    })

    test('opens all instances again for the same delay when the probes fail', async () => {
      const retry = backoff({ initialMs: 10_000, multiplier: 3, jitter: 0.5 })
      const rig = new FleetRig(backend, { breaker: { retry } })
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(20)
      await dueSoon(rig)
      await requestLease(rig)
      await rig.advance(500)
      for (let round = 0; round < 3; round++) await callAll(rig, 'fail')
      await rig.advance(20)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      const delays = rig.instances.map(({ breaker }) => {
        const { retryAt = 0, reopens } = breaker.snapshot()
        expect(reopens).toBe(1)
        return retryAt - breaker.clock.timestamp()
      })
      expect(Math.max(...delays) - Math.min(...delays)).toBeLessThanOrEqual(50)
    })

    test('extends the lease while probes are in flight', async () => {
      const rig = await open(new FleetRig(backend))
      await requestLease(rig)
      await rig.advance(500)
      const slow = prober(rig)
      if (slow === undefined) throw new Error('no instance probes')
      const probes = [1, 2, 3].map(() =>
        slow.breaker.call(
          () =>
            new Promise<void>((resolve) => {
              rig.clock.setTimeout(resolve, 9_000)
            }),
        ),
      )
      await rig.advance(9_000)
      await Promise.all(probes)
      await rig.advance(50)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })

    test('recovers when only one instance makes a call in 10 s', async () => {
      const rig = await open(new FleetRig(backend))
      await rig.advance(2_000)
      let calls = 0
      for (; calls < 8 && rig.at(2).breaker.state !== 'closed'; calls++) {
        await rig.succeed(rig.at(2))
        await rig.advance(10_000)
      }
      expect(calls).toBe(3)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })

    test('recovers with a single probe of a rare caller', async () => {
      const rig = await open(new FleetRig(backend, { breaker: { probes: 1 } }))
      await rig.advance(2_000)
      await rig.succeed(rig.at(2))
      await rig.advance(300)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })

    test('gives the lease back when its holder leaves', async () => {
      const rig = await open(new FleetRig(backend))
      await requestLease(rig)
      await rig.advance(500)
      const holder = prober(rig)
      holder?.breaker.dispose()
      await rig.advance(50)
      for (const instance of others(rig, holder)) await rig.succeed(instance)
      await rig.advance(50)
      expect(others(rig, holder).filter(isProber)).toHaveLength(1)
    })
  })
}
