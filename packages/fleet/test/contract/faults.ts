import { CircuitBreaker } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { callAll, due, isProber, open } from './steps.ts'
import { type StoreBackendFactory, type StoreInstance, StoreRig } from './store-rig.ts'

export function checkFaults(backend: StoreBackendFactory): void {
  describe('when the store fails', () => {
    test.for(['down', 'unresponsive', 'partitioned'] as const)(
      'continues alone within 500 ms of the next report (store %s)',
      async (mode) => {
        const rig = await open(new StoreRig(backend))
        for (const { store } of rig.instances) store.mode = mode
        await rig.advance(100)
        await callAll(rig, 'succeed') // requests the lease
        await rig.advance(500)
        for (const { breaker, fleet } of rig.instances) {
          expect(fleet.reachable).toBe(false)
          expect(breaker.snapshot().fleet?.reachable).toBe(false)
        }
        // each instance keeps its state, and probes by itself
        expect(rig.states).toEqual(['open', 'open', 'open'])
        expect(await callAll(rig, 'succeed')).toBe(3)
      },
    )

    test('reports the failure once, and again after the store has worked in between', async () => {
      const rig = new StoreRig(backend, { instances: 1 })
      const [{ store, errors }] = rig.instances as [StoreInstance]
      await rig.advance(100)
      for (let round = 1; round <= 2; round++) {
        store.mode = 'down'
        await rig.advance(6_000)
        await rig.succeed(rig.at(0))
        await rig.advance(20_000)
        expect(errors).toHaveLength(round)
        store.mode = 'up'
        await rig.advance(2_000)
        expect(rig.at(0).fleet.reachable).toBe(true)
      }
    })

    test('shares circuits again within 2 s after the failure', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(2).store.mode = 'down'
      await rig.advance(8_000)
      await rig.succeed(rig.at(2))
      await rig.advance(7_000)
      expect(rig.at(2).fleet.reachable).toBe(false)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(500)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
      rig.at(2).store.mode = 'up'
      await rig.advance(2_000)
      expect(rig.states).toEqual(['open', 'open', 'open'])
    })

    test('requests the state of all circuits after the failure', async () => {
      const rig = new StoreRig(backend)
      const { fleet, store } = rig.at(2)
      const other = new CircuitBreaker({ name: 'mail', shared: fleet, clock: rig.clock })
      await rig.advance(100)
      store.mode = 'down'
      await rig.advance(7_000) // no circuit is polled any more
      await rig.succeed(rig.at(2))
      await rig.advance(6_500)
      expect(fleet.reachable).toBe(false)
      await rig.at(0).fleet.forceOpen('mail')
      store.mode = 'up'
      await rig.advance(2_000)
      expect(other.state).toBe('forced_open')
    })

    test('reports openings during the failure afterwards', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      for (const { store } of rig.instances) store.mode = 'down'
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(3_000)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
      for (const { store } of rig.instances) store.mode = 'up'
      await rig.advance(6_000)
      expect(rig.states).toEqual(['open', 'open', 'open'])
    })

    test('reports an open circuit again after the store was emptied', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(3_000)
      await rig.backend.empty()
      await callAll(rig, 'succeed')
      await rig.advance(6_200)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      const { fleet, retryAt = 0 } = rig.at(2).breaker.snapshot()
      expect(fleet).toMatchObject({ state: 'open', reachable: true })
      // the rest of the delay, and not a new delay
      expect(retryAt - rig.at(2).breaker.clock.timestamp()).toBeLessThan(1_000)
    })

    test('changes no state when the store is emptied while circuits are closed', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      await rig.backend.empty()
      await callAll(rig, 'succeed')
      await rig.advance(6_000)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
      expect(rig.instances.flatMap(({ signals }) => signals)).toEqual([])
    })

    test('gives leases higher numbers after the store was emptied', async () => {
      const { rig } = await due(new StoreRig(backend))
      const before = fences(rig)
      await rig.backend.empty()
      await rig.advance(5_600)
      await rig.fail(rig.at(0), 9)
      await rig.fail(rig.at(1), 9)
      await rig.fail(rig.at(2), 9)
      await rig.advance(12_000)
      for (let round = 0; round < 4; round++) {
        await callAll(rig, 'fail')
        await rig.advance(300)
      }
      const after = fences(rig)
      expect(after.length).toBeGreaterThan(before.length)
      expect(after).toEqual([...after].sort((a, b) => a - b))
    })

    test('opens an instance that misses an update with its next slow poll', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(2).store.dropsUpdates = true
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(100)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
      await rig.succeed(rig.at(2))
      await rig.advance(6_000)
      expect(rig.states).toEqual(['open', 'open', 'open'])
    })

    test('treats invalid answers as a failure', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      for (const answer of [null, 1, 'x', {}, [], { format: 1 }]) {
        rig.at(0).store.replaceAnswer = () => answer
        await rig.succeed(rig.at(0))
        await rig.advance(7_000)
        expect(rig.at(0).fleet.reachable).toBe(false)
        rig.at(0).store.replaceAnswer = (answer) => answer
        await rig.advance(2_000)
        expect(rig.at(0).fleet.reachable).toBe(true)
      }
      expect(rig.at(0).breaker.state).toBe('closed')
    })

    test('ignores an answer that is older than the last update', async () => {
      const { rig, holder, waiting } = await due(new StoreRig(backend))
      const [late] = waiting
      if (late === undefined) throw new Error('no instance waits')
      let release = () => {}
      late.store.delay = new Promise<void>((resolve) => {
        release = resolve
      })
      void late.fleet.refresh('payments', { atMostMs: 0 })
      await rig.advance(1_100)
      void late.fleet.refresh('payments', { atMostMs: 0 })
      await rig.advance(20)
      await rig.succeed(holder, 3)
      await rig.advance(20)
      release()
      late.store.delay = undefined
      await rig.advance(2_000)
      expect(late.breaker.state).toBe('closed')
    })
  })

  describe('an instance that is partitioned from the store', () => {
    test('continues alone, and follows the shared state afterwards', async () => {
      const rig = new StoreRig(backend)
      await rig.advance(100)
      rig.at(2).store.mode = 'partitioned'
      await rig.fail(rig.at(2))
      await rig.fail(rig.at(0))
      await rig.fail(rig.at(1))
      await rig.advance(10_100)
      expect(await rig.succeed(rig.at(2), 3)).toBe(3)
      expect(rig.states).toEqual(['open', 'open', 'closed'])
      rig.at(2).store.mode = 'up'
      await rig.advance(2_000)
      expect(rig.states).toEqual(['open', 'open', 'open'])
      for (let round = 0; round < 10; round++) {
        await callAll(rig, 'succeed')
        await rig.advance(300)
      }
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })
  })

  describe('clocks of hosts', () => {
    test('may differ by hours', async () => {
      const skewMs = (index: number) => (index - 1) * 3_600_000
      const { rig, holder, waiting } = await due(new StoreRig(backend, { skewMs }))
      expect(rig.instances.filter(isProber)).toEqual([holder])
      for (const { breaker } of waiting) {
        const { retryAt = 0 } = breaker.snapshot()
        expect(Math.abs(retryAt - breaker.clock.timestamp())).toBeLessThan(6_000)
      }
      await rig.succeed(holder, 3)
      await rig.advance(20)
      expect(rig.states).toEqual(['closed', 'closed', 'closed'])
    })
  })
}

/** The numbers of all leases, in the order in which they were granted. */
function fences(rig: StoreRig): number[] {
  const all = rig.instances.flatMap(({ store }) => store.answers)
  const granted = all
    .filter(({ answer }) => answer.fence > 0 && answer.holder !== '')
    .sort((a, b) => a.at - b.at)
  return [...new Set(granted.map(({ answer }) => answer.fence))]
}
