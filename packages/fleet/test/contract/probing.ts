import { backoff } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import type { BackendFactory } from './fleet-rig.ts'
import { askAll, callAll, dueSoon, isProber, openFleet, others, prober } from './steps.ts'

export function checkProbing(backend: BackendFactory): void {
  describe('probing', () => {
    test('lets one instance probe, and the others reject with the time that is left', async () => {
      const rig = await openFleet(backend)
      await askAll(rig)
      await rig.advance(400)
      const reached = await callAll(rig, 'succeed')
      expect(reached).toBe(1)
      const holder = prober(rig)
      expect(holder?.breaker.state).toBe('half_open')
      for (const { breaker } of others(rig)) {
        const { state, retryAt = 0, permitted, fleet } = breaker.snapshot()
        expect(state).toBe('open')
        expect(permitted).toBe(false)
        expect(fleet).toMatchObject({ state: 'open', prober: 'other' })
        expect(retryAt - breaker.clock.timestamp()).toBeGreaterThan(4_000)
      }
    })

    test('closes all instances when the probes succeed', async () => {
      const rig = await openFleet(backend)
      await askAll(rig)
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

    test('opens all instances again when the probes fail, for one delay that is drawn once', async () => {
      const retry = backoff({ initialMs: 10_000, multiplier: 3, jitter: 0.5 })
      const rig = await openFleet(backend, { breaker: { retry } })
      await dueSoon(rig)
      await askAll(rig)
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

    test('passes the lease on when its holder dies, after one lease', async () => {
      const rig = await openFleet(backend)
      await askAll(rig)
      await rig.advance(500)
      const dead = prober(rig)
      expect(dead).toBeDefined()
      if (dead === undefined) return
      dead.store.mode = 'deaf'
      const living = rig.instances.filter((instance) => instance !== dead)
      let waited = 0
      while (!living.some(({ breaker }) => breaker.state === 'half_open') && waited < 20_000) {
        for (const instance of living) await rig.succeed(instance)
        await rig.advance(50)
        waited += 50
      }
      expect(waited).toBeGreaterThan(4_000)
      expect(waited).toBeLessThan(5_500)
    })

    test('ignores the verdict of an expired lease, and takes its holder back', async () => {
      const rig = await openFleet(backend)
      await askAll(rig)
      await rig.advance(500)
      const slow = prober(rig)
      if (slow === undefined) throw new Error('nobody probes')
      let answer = () => {}
      const probes = Promise.all(
        [1, 2, 3].map(() =>
          slow.breaker.call(
            () =>
              new Promise<void>((resolve) => {
                const before = answer
                answer = () => {
                  before()
                  resolve()
                }
              }),
          ),
        ),
      )
      slow.store.mode = 'down' // it cannot extend its lease
      await rig.advance(6_000)
      for (const instance of rig.instances) if (instance !== slow) await rig.succeed(instance)
      await rig.advance(100)
      const next = rig.instances.find((instance) => instance !== slow && isProber(instance))
      expect(next).toBeDefined()
      answer()
      await probes
      slow.store.mode = 'up'
      await rig.advance(1_500)
      expect(slow.breaker.state).toBe('open')
      expect(rig.instances.filter((instance) => instance.breaker.state === 'closed')).toEqual([])
    })

    test('extends the lease while probes are in flight', async () => {
      const rig = await openFleet(backend)
      await askAll(rig)
      await rig.advance(500)
      const slow = prober(rig)
      if (slow === undefined) throw new Error('nobody probes')
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

    test('adds up the probes of instances that make one call each', async () => {
      const rig = await openFleet(backend, { fleet: { leaseMs: 1_000 } })
      await rig.advance(500)
      const reached: number[] = []
      for (let round = 0; round < 40 && !rig.states.includes('closed'); round++) {
        const instance = rig.at(round % 3)
        // a call that asks for the lease, one that probes, and then no more
        await rig.succeed(instance)
        await rig.advance(100)
        reached.push(await rig.succeed(instance))
        await rig.advance(1_400)
      }
      await rig.advance(100)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
      expect(reached.filter((count) => count > 0)).toHaveLength(3)
    })

    test('requests no lease because a snapshot is read', async () => {
      const rig = await openFleet(backend)
      await rig.advance(400)
      for (const { breaker } of rig.instances) breaker.snapshot()
      await rig.advance(2_000)
      for (const { breaker } of rig.instances) breaker.snapshot()
      await rig.advance(2_000)
      const asked = rig.instances.flatMap(({ store }) => store.reports.filter((r) => r.wantsLease))
      expect(asked).toEqual([])
    })

    test('gives the lease back when its holder leaves', async () => {
      const rig = await openFleet(backend)
      await askAll(rig)
      await rig.advance(500)
      const holder = prober(rig)
      void holder?.fleet.close()
      await rig.advance(50)
      for (const instance of others(rig, holder)) await rig.succeed(instance)
      await rig.advance(50)
      expect(others(rig, holder).filter(isProber)).toHaveLength(1)
    })
  })
}
