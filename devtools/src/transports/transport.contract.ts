import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hookHere, newDocument } from '../../test/forged-page.ts'
import { type TestPage, TransportRig, toggle } from '../../test/transport-rig.ts'
import type { CircuitAddress } from './transport.ts'
import { transportFaults } from './transport-faults.contract.ts'

/** What every transport keeps to, whatever the page does. */
export function transportContract(name: string, open: () => TestPage): void {
  describe(name, () => {
    let rig: TransportRig

    beforeEach(() => {
      vi.useFakeTimers()
      newDocument()
      rig = new TransportRig(open())
    })
    afterEach(() => {
      rig.page.transport.stop()
      vi.useRealTimers()
    })

    test('tells what was before it came, and what happens, in order', async () => {
      const breaker = rig.load()
      breaker.trip()
      rig.start()
      await rig.pass(1)
      breaker.reset()
      await rig.pass(300)
      breaker.forceOpen()
      await rig.pass(300)
      expect(rig.seqs).toEqual([1, 2, 3, 4])
      expect(new Set(rig.batches.map(({ epoch }) => epoch))).toEqual(new Set([hookHere().epoch]))
      expect(rig.faults).toEqual([])
    })

    test('reads a long log at once, in portions, whole', async () => {
      toggle(rig.load({ capacity: 10_000 }), 7_000)
      rig.start()
      await rig.pass(100)
      expect(rig.seqs).toEqual(Array.from({ length: 7_001 }, (_, i) => i + 1))
      expect(rig.batches.length).toBeGreaterThan(3)
    })

    test('asks every 50 ms while events flow, every 250 ms when they do not', async () => {
      const breaker = rig.load()
      const read = vi.spyOn(hookHere(), 'read')
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

    test('measures the circuits that are watched, and no longer when they are not', async () => {
      rig.load()
      rig.start()
      const measured = () => rig.events.filter(({ type }) => type === 'metrics').length
      await rig.pass(1_000)
      expect(measured()).toBe(0)
      rig.page.transport.watch([rig.address()])
      await rig.pass(1_000)
      expect(measured()).toBeGreaterThan(3)
      rig.page.transport.watch([rig.address({ epoch: 'of another document' })])
      await rig.pass(1_000)
      const before = measured()
      await rig.pass(1_000)
      expect(measured()).toBe(before)
    })

    test('measures no more often while events flow', async () => {
      const breaker = rig.load()
      rig.start()
      await rig.pass(1_000)
      rig.page.transport.watch([rig.address()])
      const measured = () => rig.events.filter(({ type }) => type === 'metrics').length
      for (let step = 0; step < 40; step++) {
        toggle(breaker, 1)
        await rig.pass(50)
      }
      expect(measured()).toBeGreaterThan(6)
      expect(measured()).toBeLessThan(14)
    })

    describe('brings a command', () => {
      test('that moves the circuit, and the log says so', async () => {
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
        ['to a page that refuses', {}, /controls: false/],
        ['to a circuit that is not there', { circuit: '"' }, /no circuit/],
        ['to a document that has left', { epoch: 'gone' }, /the page was reloaded/],
        ['to a frame that is not there', { frame: 'x' }, /no longer/],
      ]
      test.each(failing)('%s, and says why it failed', async (_what, change, why) => {
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
        ['answers with something else', () => 5, /something else/],
        ['answers with nothing', () => undefined, /something else/],
      ])('to a page that %s', async (_what, command, why) => {
        rig.load()
        rig.page.setHook({ version: 1, epoch: hookHere().epoch, command })
        const result = rig.page.transport.command(rig.address(), 'trip')
        await rig.pass(300)
        expect(await result).toEqual({ ok: false, error: expect.stringMatching(why) })
      })
    })

    const ways: [string, (on: boolean) => void][] = [
      ['stopped', (on) => (on ? rig.start() : rig.page.transport.stop())],
      ['hidden', (on) => rig.page.transport.setVisible(on)],
    ]
    test.each(ways)('asks nothing while %s; then goes on where it was', async (_how, set) => {
      const breaker = rig.load()
      rig.start()
      await rig.pass(300)
      set(false)
      const read = vi.spyOn(hookHere(), 'read')
      const told = rig.messages.length
      toggle(breaker, 5)
      await rig.pass(10_000)
      expect(read).not.toHaveBeenCalled()
      expect(rig.messages).toHaveLength(told)
      set(true)
      await rig.pass(300)
      expect(rig.seqs).toEqual([1, 2, 3, 4, 5, 6])
    })

    test('does not ask twice when it is started twice', async () => {
      rig.load()
      const read = vi.spyOn(hookHere(), 'read')
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
