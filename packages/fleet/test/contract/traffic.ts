import { CircuitBreaker, failureRate, failureStreak, minRequests } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { fleetWide } from '../../src/member/fleet-wide.ts'
import { callAll, open } from './steps.ts'
import { type StoreBackendFactory, StoreRig } from './store-rig.ts'

const wide = { tripper: fleetWide(minRequests(1_000).and(failureRate(0.9))) }

export function checkTraffic(backend: StoreBackendFactory): void {
  describe('contact with the store', () => {
    test.for(['up', 'down', 'partitioned'] as const)(
      'starts at most 5 times in any second, however many calls there are (store %s)',
      async (mode) => {
        const rig = new StoreRig(backend, { instances: 1, breaker: wide })
        const { store } = rig.at(0)
        store.mode = mode
        const starts: number[] = []
        for (let ms = 0; ms < 5_000; ms += 10) {
          const before = store.exchanges
          await rig.succeed(rig.at(0))
          await rig.advance(10)
          for (let count = before; count < store.exchanges; count++) starts.push(ms)
        }
        const inWindow = starts.map((at) => starts.filter((t) => t >= at && t < at + 1_000).length)
        expect(Math.max(...inWindow)).toBeLessThanOrEqual(5)
        expect(starts.length).toBeGreaterThan(mode === 'up' ? 15 : 2)
      },
    )

    test('starts at most 5 times in any second, however often the circuit moves', async () => {
      const rig = new StoreRig(backend, { instances: 1 })
      await rig.advance(2_000)
      const before = rig.at(0).store.exchanges
      for (let ms = 0; ms < 990; ms += 10) {
        rig.at(0).breaker.forceOpen()
        rig.at(0).breaker.reset()
        await rig.advance(10)
      }
      expect(rig.at(0).store.exchanges - before).toBe(5)
    })

    test('has one exchange for all circuits of an instance', async () => {
      const rig = new StoreRig(backend, { instances: 1, breaker: wide })
      const { fleet, store } = rig.at(0)
      const names = Array.from({ length: 50 }, (_, index) => `c${index}`)
      const breakers = names.map(
        (name) => new CircuitBreaker({ name, shared: fleet, clock: rig.clock, ...wide }),
      )
      await rig.advance(1_000)
      const before = store.exchanges
      for (const breaker of breakers) await breaker.call(() => 1)
      await rig.advance(300)
      expect(store.exchanges - before).toBe(1)
      const counted = store.reports.filter(({ total }) => total === 1)
      expect(counted).toHaveLength(50)
    })

    test('stops without calls', async () => {
      const rig = new StoreRig(backend, { breaker: wide })
      await rig.advance(100)
      await callAll(rig, 'succeed')
      await rig.advance(15_000)
      const before = rig.instances.map(({ store }) => store.exchanges)
      await rig.advance(60_000)
      expect(rig.instances.map(({ store }) => store.exchanges)).toEqual(before)
    })

    test('stops a minute after the last call while the circuit is open', async () => {
      const rig = await open(new StoreRig(backend))
      await rig.advance(80_000)
      const before = rig.instances.map(({ store }) => store.exchanges)
      await rig.advance(60_000)
      expect(rig.instances.map(({ store }) => store.exchanges)).toEqual(before)
    })

    test('sends no counts for a circuit without a fleet-wide rule', async () => {
      const rig = new StoreRig(backend, { instances: 1 })
      await rig.advance(100)
      await rig.succeed(rig.at(0), 50)
      await rig.advance(1_000)
      expect(rig.at(0).store.reports.every(({ total }) => total === 0)).toBe(true)
    })

    test('never makes a call wait, in any state of the store', async () => {
      for (const mode of ['up', 'down', 'unresponsive', 'partitioned'] as const) {
        const rig = await open(new StoreRig(backend))
        for (const { store } of rig.instances) store.mode = mode
        let settled = 0
        for (const { breaker } of rig.instances) {
          void breaker
            .call(() => 1)
            .then(
              () => settled++,
              () => settled++,
            )
        }
        for (let round = 0; round < 5; round++) await undefined
        expect(settled).toBe(3)
      }
    })
  })

  describe('snapshot()', () => {
    test('requests no lease', async () => {
      const rig = await open(new StoreRig(backend))
      await rig.advance(400)
      for (const { breaker } of rig.instances) breaker.snapshot()
      await rig.advance(2_000)
      for (const { breaker } of rig.instances) breaker.snapshot()
      await rig.advance(2_000)
      const reports = rig.instances.flatMap(({ store }) => store.reports)
      expect(reports.filter(({ requestsLease }) => requestsLease)).toEqual([])
    })
  })

  describe('refresh()', () => {
    test('updates an instance that missed an update', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(2).store.dropsUpdates = true
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(2_000)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
      const done = rig.at(2).fleet.refresh('payments', { atMostMs: 50 })
      await rig.advance(50)
      expect(await done).toBe(true)
      expect(rig.states).toEqual(['open', 'open', 'open'])
    })

    test('waits at most the given time', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(2_000)
      rig.at(0).store.mode = 'partitioned'
      let result: boolean | undefined
      void rig
        .at(0)
        .fleet.refresh('payments', { atMostMs: 50 })
        .then((known) => {
          result = known
        })
      await rig.advance(40)
      expect(result).toBe(undefined)
      await rig.advance(20)
      expect(result).toBe(false)
    })

    test('sends nothing when the state is younger than a second', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      const before = rig.at(0).store.exchanges
      expect(await rig.at(0).fleet.refresh('payments', { atMostMs: 50 })).toBe(true)
      expect(rig.at(0).store.exchanges).toBe(before)
    })

    test('resolves with false for a circuit that the instance does not have', async () => {
      const rig = new StoreRig(backend)
      expect(await rig.at(0).fleet.refresh('unknown', { atMostMs: 50 })).toBe(false)
    })
  })

  describe('flush()', () => {
    test('sends counts at once', async () => {
      const rig = new StoreRig(backend, { breaker: wide })
      await rig.advance(1_000)
      await rig.fail(rig.at(0), 2)
      const done = rig.at(0).fleet.flush()
      await rig.advance(10)
      expect(await done).toBe(true)
      expect(rig.at(0).store.reports.at(-1)).toMatchObject({ total: 2, failures: 2 })
    })

    test('resolves with false when the store is unreachable', async () => {
      const rig = new StoreRig(backend, { breaker: wide })
      await rig.advance(1_000)
      rig.at(0).store.mode = 'down'
      await rig.fail(rig.at(0), 2)
      const done = rig.at(0).fleet.flush()
      await rig.advance(10)
      expect(await done).toBe(false)
    })
  })

  describe('leaving the fleet', () => {
    test('close() withdraws the vote, and the circuit continues alone', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(50)
      const done = rig.at(0).fleet.close()
      await rig.advance(50)
      expect(await done).toBe(true)
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
      await rig.advance(10_000)
      expect(await rig.succeed(rig.at(0), 3)).toBe(3)
      expect(rig.at(0).breaker.state).toBe('closed')
    })

    test('dispose() leaves the fleet', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(2).breaker.dispose()
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
    })

    test('a second circuit of the same name replaces the first one', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      const { fleet, breaker: first } = rig.at(2)
      const second = new CircuitBreaker({ name: 'payments', shared: fleet, clock: rig.clock })
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect([first.state, second.state]).toEqual(['closed', 'open'])
      await rig.fleetCommand(0, 'reset')
      expect(second.state).toBe('closed')
    })

    test('dispose() of a replaced circuit does not withdraw the vote of the other one', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      const { fleet, breaker: first } = rig.at(2)
      const tripper = failureStreak(3)
      const second = new CircuitBreaker({ name: 'payments', shared: fleet, tripper })
      await rig.advance(100)
      await rig.fail({ breaker: second })
      await rig.advance(100)
      first.dispose()
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.advance(100)
      expect([...rig.states.slice(0, 2), second.state]).toEqual(['open', 'open', 'open'])
    })
  })
}
