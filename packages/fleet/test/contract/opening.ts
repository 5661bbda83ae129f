import { failureRate, failureStreak, minRequests } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { describe, expect, test } from 'vitest'
import { fleetWide } from '../../src/member/fleet-wide.ts'
import { type StoreBackendFactory, StoreRig } from './store-rig.ts'

export function checkOpening(backend: StoreBackendFactory): void {
  describe('opening', () => {
    test('opens the circuit of all instances when the quorum has opened', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(50)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      const reason = 'the fleet opened: failure streak 3 ≥ 3 over 3 calls'
      expect(rig.at(2).signals).toMatchObject([{ newState: 'open', cause: 'fleet', reason }])
      expect(rig.at(2).breaker.snapshot()).toMatchObject({ cause: 'fleet', reason })
    })

    test('opens only the circuit of an instance that fails alone, with that in its reason', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(5_000)
      expect(rig.states).toEqual(['open', 'closed', 'closed'])
      const reason = 'failure streak 3 ≥ 3 over 3 calls; no other instance agrees'
      expect(rig.at(0).signals).toMatchObject([{ cause: 'rule', reason }])
      expect(rig.at(0).breaker.snapshot().fleet).toMatchObject({ state: 'closed', reporters: 1 })
    })

    test('lets an instance that failed alone probe and close by itself', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(10_000)
      expect(await rig.succeed(rig.at(0), 3)).toBe(3)
      expect(rig.at(0).breaker.state).toBe('closed')
      await rig.advance(100)
      await rig.fail(rig.at(1))
      await rig.advance(100)
      // the vote of the first was withdrawn
      expect(rig.states).toEqual(['closed', 'open', 'closed'])
    })

    test('ignores a vote from the time when its circuit is due', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(10_100)
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
    })

    test('ignores the vote of an instance that has not reported for three polls', async () => {
      const rig = new StoreRig(backend, { breaker: { retry: longCooldown } })
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(100)
      rig.at(0).store.mode = 'partitioned'
      await rig.advance(20_000)
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
    })

    test('opens the circuit of all instances when one has opened, with a quorum of 1', async () => {
      const rig = new StoreRig(backend, { fleet: { quorum: 1 } })
      await rig.advance(100)
      await rig.fail(rig.at(1))
      await rig.advance(50)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      expect(rig.at(1).signals[0]?.reason).toBe('failure streak 3 ≥ 3 over 3 calls')
    })

    test('accepts a share of the live instances as the quorum', async () => {
      const rig = new StoreRig(backend, { instances: 5, fleet: { quorum: 0.5 } })
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['open', 'open', 'closed', 'closed', 'closed'])
      await rig.fail(rig.at(2))
      await rig.advance(100)
      expect(rig.states).toEqual(['open', 'open', 'open', 'open', 'open'])
    })

    test('does not count the shadow verdict of an instance in metrics_only', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(0).breaker.metricsOnly()
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['metrics_only', 'open', 'closed'])
    })

    test('opens an instance that starts during an outage, for the rest of the delay', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(4_000)
      const late = rig.start()
      await rig.advance(100)
      const { state, retryAt = 0 } = late.breaker.snapshot()
      expect(state).toBe('open')
      expect(retryAt - late.breaker.clock.timestamp()).toBeCloseTo(5_900, -2)
    })

    test('shares circuits of the same name only', async () => {
      const shared = backend(new ManualClock())
      const rig = new StoreRig(() => shared)
      const other = new StoreRig(() => shared, { breaker: { name: 'mail' }, instances: 1 })
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(other.states).toEqual(['closed'])
    })
  })

  describe('fleetWide()', () => {
    const rule = fleetWide(minRequests(12).and(failureRate(0.5)))
    const breaker = { tripper: failureStreak(5).or(rule) }

    test('opens when the sums of all instances meet the rule, without a further call', async () => {
      const rig = new StoreRig(backend, { breaker, instances: 6 })
      await rig.advance(100)
      for (const instance of rig.instances) await rig.fail(instance, 2)
      await rig.advance(400)
      expect(new Set(rig.states)).toEqual(new Set(['open']))
      const causes = rig.instances.map(({ signals }) => signals[0]?.cause)
      expect(causes).toContain('rule')
      const byRule = rig.instances.find(({ signals }) => signals[0]?.cause === 'rule')
      expect(byRule?.signals[0]).toMatchObject({ reason: '12 of 12 calls of the fleet failed' })
    })

    test('does not open for the failures of a single instance', async () => {
      const rig = new StoreRig(backend, { breaker: { tripper: failureStreak(50).or(rule) } })
      await rig.advance(100)
      await rig.fail(rig.at(0), 20)
      await rig.advance(1_000)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })

    test('does not count calls that are older than the window', async () => {
      const rig = new StoreRig(backend, { breaker, instances: 6 })
      await rig.advance(100)
      for (const instance of rig.instances.slice(0, 3)) await rig.fail(instance, 2)
      await rig.advance(10_500)
      for (const instance of rig.instances.slice(3)) await rig.fail(instance, 2)
      await rig.advance(1_000)
      expect(new Set(rig.states)).toEqual(new Set(['closed']))
    })

    test('sends the last failures of an instance without its next call', async () => {
      const rig = new StoreRig(backend, { breaker })
      await rig.advance(100)
      await rig.fail(rig.at(0), 2)
      await rig.advance(300)
      const sent = rig.at(0).store.reports.reduce((sum, { failures }) => sum + failures, 0)
      expect(sent).toBe(2)
    })

    test('is not met while the store is unreachable', async () => {
      const tripper = minRequests(3).and(fleetWide(minRequests(6).and(failureRate(0.5))))
      const rig = new StoreRig(backend, { breaker: { tripper } })
      await rig.advance(100)
      for (const instance of rig.instances) await rig.fail(instance, 2)
      await rig.advance(400)
      expect(rig.at(0).breaker.explain().met).toBe(false) // two calls of its own
      for (const { store } of rig.instances) store.mode = 'down'
      await rig.advance(6_000)
      for (const instance of rig.instances) await rig.fail(instance, 1)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })
  })
}

const longCooldown = { delayMs: () => 60_000, toJSON: () => ({ type: 'long', args: [] }) }
