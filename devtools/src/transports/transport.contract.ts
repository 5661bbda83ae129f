import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { currentHook, removeHook } from '../../test/page-hook.ts'
import { type TestPage, TransportRig, toggle } from '../../test/transport-rig.ts'
import type { CircuitAddress } from './transport.ts'
import { transportFaults } from './transport-faults.contract.ts'

/** The behaviour of every transport. */
export function transportContract(name: string, open: () => TestPage): void {
  describe(name, () => {
    let rig: TransportRig

    beforeEach(() => {
      vi.useFakeTimers()
      removeHook()
      rig = new TransportRig(open())
    })
    afterEach(() => {
      rig.page.transport.stop()
      vi.useRealTimers()
    })

    test('emits past and new events in order', async () => {
      const breaker = rig.load()
      breaker.trip()
      rig.start()
      await rig.pass(1)
      breaker.reset()
      await rig.pass(300)
      breaker.forceOpen()
      await rig.pass(300)
      expect(rig.seqs).toEqual([1, 2, 3, 4])
      expect(new Set(rig.batches.map(({ epoch }) => epoch))).toEqual(new Set([currentHook().epoch]))
      expect(rig.faults).toEqual([])
    })

    test('reads a long log completely, in portions without pauses', async () => {
      toggle(rig.load({ capacity: 10_000 }), 7_000)
      rig.start()
      await rig.pass(100)
      expect(rig.seqs).toEqual(Array.from({ length: 7_001 }, (_, i) => i + 1))
      expect(rig.batches.length).toBeGreaterThan(3)
    })

    test('polls every 50 ms while events arrive and every 250 ms otherwise', async () => {
      const breaker = rig.load()
      const read = vi.spyOn(currentHook(), 'read')
      rig.start()
      await rig.pass(3_000)
      read.mockClear()
      await rig.pass(1_000)
      expect(read).toHaveBeenCalledTimes(4)
      toggle(breaker, 1)
      await rig.pass(250)
      read.mockClear()
      await rig.pass(500)
      expect(read).toHaveBeenCalledTimes(10)
      await rig.pass(2_000)
      read.mockClear()
      await rig.pass(1_000)
      expect(read).toHaveBeenCalledTimes(4)
    })

    test('emits metrics only of circuits that are watched', async () => {
      rig.load()
      rig.start()
      const metricsCount = () => rig.events.filter(({ type }) => type === 'metrics').length
      await rig.pass(1_000)
      expect(metricsCount()).toBe(0)
      rig.page.transport.watch([rig.address()])
      await rig.pass(1_000)
      expect(metricsCount()).toBeGreaterThan(3)
      rig.page.transport.watch([rig.address({ epoch: 'another document' })])
      await rig.pass(1_000)
      const before = metricsCount()
      await rig.pass(1_000)
      expect(metricsCount()).toBe(before)
    })

    test('emits metrics at the same rate while events arrive', async () => {
      const breaker = rig.load()
      rig.start()
      await rig.pass(1_000)
      rig.page.transport.watch([rig.address()])
      const metricsCount = () => rig.events.filter(({ type }) => type === 'metrics').length
      for (let step = 0; step < 40; step++) {
        toggle(breaker, 1)
        await rig.pass(50)
      }
      expect(metricsCount()).toBeGreaterThan(6)
      expect(metricsCount()).toBeLessThan(14)
    })

    describe('command', () => {
      test('changes the state of the circuit and appears in the log', async () => {
        const breaker = rig.load()
        rig.start()
        await rig.pass(1)
        const result = rig.page.transport.command(rig.address(), 'forceOpen')
        await rig.pass(300)
        expect(await result).toEqual({ ok: true })
        expect(breaker.state).toBe('forced_open')
        expect(rig.events.map(({ type }) => type)).toEqual(['circuit-added', 'command', 'signal'])
      })

      const failing: [string, Partial<CircuitAddress>, RegExp][] = [
        ['a page with controls: false', {}, /controls: false/],
        ['an unknown circuit', { circuit: '"' }, /no circuit/],
        ['a document that was replaced', { epoch: 'old' }, /the page was reloaded/],
        ['an unknown frame', { frame: 'x' }, /no longer/],
      ]
      test.each(failing)('fails for %s and reports the reason', async (_what, change, why) => {
        const breaker = rig.load({ controls: false })
        const result = rig.page.transport.command(rig.address(change), 'trip')
        await rig.pass(300)
        expect(await result).toEqual({ ok: false, error: expect.stringMatching(why) })
        expect(breaker.state).toBe('closed')
      })

      const thrower = () => {
        throw new Error('no')
      }
      test.each([
        ['throws', thrower, /the page threw .*no/],
        ['returns a number', () => 5, /malformed/],
        ['returns undefined', () => undefined, /malformed/],
      ])('fails for a page that %s', async (_what, command, why) => {
        rig.load()
        rig.page.setHook({ version: 1, epoch: currentHook().epoch, command })
        const result = rig.page.transport.command(rig.address(), 'trip')
        await rig.pass(300)
        expect(await result).toEqual({ ok: false, error: expect.stringMatching(why) })
      })
    })

    const pauses: [string, (on: boolean) => void][] = [
      ['stopped', (on) => (on ? rig.start() : rig.page.transport.stop())],
      ['hidden', (on) => rig.page.transport.setVisible(on)],
    ]
    test.each(pauses)('reads nothing while %s and then continues', async (_how, set) => {
      const breaker = rig.load()
      rig.start()
      await rig.pass(300)
      set(false)
      const read = vi.spyOn(currentHook(), 'read')
      const before = rig.messages.length
      toggle(breaker, 5)
      await rig.pass(10_000)
      expect(read).not.toHaveBeenCalled()
      expect(rig.messages).toHaveLength(before)
      set(true)
      await rig.pass(300)
      expect(rig.seqs).toEqual([1, 2, 3, 4, 5, 6])
    })

    test('reads once when it is started twice', async () => {
      rig.load()
      const read = vi.spyOn(currentHook(), 'read')
      rig.start()
      rig.start()
      rig.page.transport.setVisible(true)
      await rig.pass(1)
      expect(read).toHaveBeenCalledTimes(1)
      expect(rig.seqs).toEqual([1])
    })

    transportFaults(() => rig)
  })
}
