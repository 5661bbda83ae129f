import { type Fleet, rampUp } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { type BackendFactory, FleetRig } from './fleet-rig.ts'
import { callAll, due, isProber, open, others, prober, requestLease } from './steps.ts'

const permit = rampUp({ from: 0.5, to: 1, durationMs: 4_000 })

/** The behaviour that only a store adds: timed leases, sums of probes, and a quorum. */
export function checkLeases(backend: BackendFactory<Fleet>): void {
  describe('leases', () => {
    test('rejects calls of the others until the lease ends', async () => {
      const rig = await open(new FleetRig(backend))
      await requestLease(rig)
      await rig.advance(400)
      await callAll(rig, 'succeed')
      expect(others(rig)).toHaveLength(2)
      for (const { breaker } of others(rig)) {
        const { retryAt = 0 } = breaker.snapshot()
        expect(retryAt - breaker.clock.timestamp()).toBeGreaterThan(4_000)
      }
    })

    test('grants the lease to another instance when the probes of its holder hang', async () => {
      const { rig, holder, waiting } = await due(new FleetRig(backend))
      for (let probe = 0; probe < 3; probe++) void holder.breaker.call(() => new Promise(() => {}))
      let waited = 0
      for (; waited < 60_000 && !waiting.some(isProber); waited += 1_000) {
        await rig.advance(1_000)
        for (const instance of waiting) await rig.succeed(instance)
      }
      expect(waited).toBeGreaterThan(15_000)
      expect(waited).toBeLessThan(30_000)
    })

    test('grants the lease to another instance one lease time after its holder died', async () => {
      const rig = await open(new FleetRig(backend))
      await requestLease(rig)
      await rig.advance(500)
      const dead = prober(rig)
      expect(dead).toBeDefined()
      if (dead === undefined) return
      dead.cut()
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

    test('ignores the verdict of an expired lease, and its holder follows the fleet', async () => {
      const rig = await open(new FleetRig(backend))
      await requestLease(rig)
      await rig.advance(500)
      const slow = prober(rig)
      if (slow === undefined) throw new Error('no instance probes')
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
      slow.cut() // it cannot extend its lease
      await rig.advance(6_000)
      for (const instance of rig.instances) if (instance !== slow) await rig.succeed(instance)
      await rig.advance(100)
      const next = rig.instances.find((instance) => instance !== slow && isProber(instance))
      expect(next).toBeDefined()
      answer()
      await probes
      slow.restore()
      await rig.advance(1_500)
      expect(slow.breaker.state).toBe('open')
      expect(rig.instances.filter((instance) => instance.breaker.state === 'closed')).toEqual([])
    })

    test('recovers when each instance makes a call in 10 s', async () => {
      const rig = await open(new FleetRig(backend))
      await rig.advance(2_000)
      let reached = 0
      for (let calls = 0; calls < 12 && !rig.states.includes('closed'); calls++) {
        reached += await rig.succeed(rig.at(calls % 3))
        await rig.advance(3_300)
      }
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
      // one more than needed, when an instance has not received the last probe yet
      expect(reached).toBeLessThanOrEqual(4)
    })

    test('permits a call when it is due and no instance is known to probe', async () => {
      const rig = await open(new FleetRig(backend))
      expect(rig.at(1).breaker.snapshot().permitted).toBe(false)
      await rig.advance(2_000)
      expect(rig.at(1).breaker.snapshot().permitted).toBe(true)
      await rig.succeed(rig.at(0))
      await rig.advance(20)
      expect(rig.at(0).breaker.snapshot().permitted).toBe(true)
      expect(rig.at(1).breaker.snapshot().permitted).toBe(false)
    })

    test('keeps the others ramping when one instance fails alone during the ramp', async () => {
      const { rig, holder, waiting } = await due(new FleetRig(backend, { breaker: { permit } }))
      await rig.succeed(holder, 12)
      await rig.advance(2_000)
      const [failing, healthy] = waiting
      if (!failing || !healthy) throw new Error('two instances wait')
      await rig.fail(failing, 12)
      await rig.advance(50)
      expect(failing.breaker.state).toBe('open')
      expect(healthy.breaker.state).toBe('half_open')
      expect(holder.breaker.state).toBe('half_open')
    })
  })
}
