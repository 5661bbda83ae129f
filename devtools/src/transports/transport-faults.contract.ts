import { maxEventsPerRead } from '@fluxgate/core/devtools'
import { describe, expect, test, vi } from 'vitest'
import { comparable } from '../../test/messages.ts'
import { currentHook } from '../../test/page-hook.ts'
import { type TransportRig, toggle } from '../../test/transport-rig.ts'

/** How every transport handles a page that loses, repeats or delays events, reloads, or is hostile. */
export function transportFaults(currentRig: () => TransportRig): void {
  describe('a page that', () => {
    test('evicted events: the batch reports how many', async () => {
      const rig = currentRig()
      const breaker = rig.load({ capacity: 3 })
      rig.start()
      await rig.pass(1)
      toggle(breaker, 10)
      await rig.pass(300)
      expect(rig.seqs).toEqual([1, 9, 10, 11])
      expect(rig.batches.at(-1)).toMatchObject({ dropped: 7, next: 11 })
    })

    test('sends malformed events: they are counted and the rest is emitted', async () => {
      const rig = currentRig()
      rig.load()
      const [added] = JSON.parse(JSON.stringify(currentHook().read(0).events))
      const events = [{ type: 'signal' }, added, null, { ...added, circuit: 5 }]
      rig.answer(() => ({ next: 1, dropped: 0, events }))
      rig.start()
      await rig.pass(1)
      expect(rig.batches).toMatchObject([{ events: [added], invalid: 3 }])
    })

    test('answers with invalid data again and again: the pauses between reads grow', async () => {
      const rig = currentRig()
      rig.load()
      const events = Array(500).fill({ type: 'signal', signal: { reason: 'x' } })
      const read = vi.fn(() => ({ next: 1, dropped: 0, events }))
      rig.answer(read)
      rig.start()
      await rig.pass(60_000)
      expect(read.mock.calls.length).toBeLessThan(10)
    })

    test('has a clock an hour ahead: its events are moved to the time of the panel', async () => {
      const rig = currentRig()
      rig.load()
      const hook = currentHook()
      const aheadMs = 3_600_000
      rig.answer((...args: Parameters<typeof hook.read>) => {
        const { now, events, ...rest } = hook.read(...args)
        const moved = JSON.parse(JSON.stringify(events))
        for (const { snapshot } of moved) snapshot.since += aheadMs
        return { ...rest, now: now + aheadMs, events: moved }
      })
      rig.start()
      await rig.pass(600)
      const [circuit] = rig.session.circuits.values()
      expect(Math.abs((circuit?.since ?? 0) - Date.now())).toBeLessThan(5_000)
    })

    test('repeats events: the session stays the same', async () => {
      const rig = currentRig()
      toggle(rig.load(), 5)
      rig.start()
      await rig.pass(1_000)
      const once = comparable(rig.session)
      const hook = currentHook()
      rig.answer(() => ({ ...hook.read(0), next: 1 }))
      await rig.pass(3_000)
      expect(rig.seqs.length).toBeGreaterThan(20)
      expect(comparable(rig.session)).toEqual(once)
    })

    test('repeats a full batch forever: it is not polled more often', async () => {
      const rig = currentRig()
      rig.load()
      const events = Array(maxEventsPerRead).fill(currentHook().read(0).events[0])
      const read = vi.fn(() => ({ next: 1, dropped: 0, events }))
      rig.answer(read)
      rig.start()
      await rig.pass(300)
      expect(read.mock.calls.length).toBeLessThan(10)
    })

    test('is slow: its late answer is emitted once', async () => {
      const rig = currentRig()
      const breaker = rig.load()
      rig.start()
      await rig.pass(300)
      toggle(breaker, 3)
      await rig.page.stall(10_000)
      await rig.pass(1_000)
      expect(rig.seqs).toEqual([1, 2, 3, 4])
    })

    test('reloads: the new document is read from its beginning', async () => {
      const rig = currentRig()
      toggle(rig.load(), 3)
      rig.start()
      await rig.pass(300)
      const old = currentHook().epoch
      rig.load()
      await rig.pass(300)
      expect(rig.batches.map(({ epoch }) => epoch)).toEqual([old, currentHook().epoch])
      expect(rig.batches.at(-1)).toMatchObject({ next: 1, events: [{ seq: 1 }] })
    })

    test('loads Fluxgate later: its events are emitted from then on', async () => {
      const rig = currentRig()
      rig.page.setHook(undefined)
      rig.start()
      await rig.pass(600)
      expect(rig.faults[0]).toEqual({ kind: 'absent' })
      expect(rig.batches).toEqual([])
      rig.load()
      await rig.pass(600)
      expect(rig.seqs).toEqual([1])
    })

    test('removes its hook and restores it: it is read from its beginning', async () => {
      const rig = currentRig()
      toggle(rig.load(), 3)
      const hook = currentHook()
      rig.start()
      await rig.pass(300)
      rig.page.setHook(undefined)
      await rig.pass(600)
      expect(rig.session.log).toHaveLength(0)
      rig.page.setHook(hook)
      await rig.pass(600)
      expect(rig.session.log).toHaveLength(4)
    })

    test.each(failures)(
      '%s: the fault is emitted and counted until it recovers',
      async (_what, why, read) => {
        const rig = currentRig()
        const breaker = rig.load()
        const hook = currentHook()
        rig.start()
        await rig.pass(300)
        rig.answer(read)
        toggle(breaker, 2)
        await rig.pass(600)
        expect(rig.faults[0]).toMatchObject({ kind: 'failing', why })
        expect(rig.session.frames.get('top')?.condition).toMatchObject({ kind: 'failing', why })
        rig.page.setHook(hook)
        await rig.pass(600)
        expect(rig.seqs).toEqual([1, 2, 3])
        expect(rig.session.invalid).toBe(rig.faults.length)
        expect(rig.session.frames.get('top')).not.toHaveProperty('condition')
      },
    )

    test('recovers without new events: one batch ends the fault', async () => {
      const rig = currentRig()
      rig.load()
      const hook = currentHook()
      rig.start()
      await rig.pass(2_000)
      rig.answer(() => undefined)
      await rig.pass(600)
      rig.page.setHook(hook)
      await rig.pass(600)
      expect(rig.session.frames.get('top')).not.toHaveProperty('condition')
      const before = rig.messages.length
      await rig.pass(2_000)
      expect(rig.messages).toHaveLength(before)
    })

    test.each([
      ['of another version', { version: 2, read: () => 1 }, 'absent'],
      ['a string', 'hook', 'absent'],
      ['a throwing getter', throwingGetter('version'), 'failing'],
      ['empty', { version: 1 }, 'failing'],
    ])('has a hook that is %s: a fault is emitted', async (_what, hook, kind) => {
      const rig = currentRig()
      rig.page.setHook(hook)
      rig.start()
      await rig.pass(600)
      expect(rig.faults[0]?.kind).toBe(kind)
      expect(rig.batches).toEqual([])
    })

    test.each(["'", '"', '`', '${', '\u2028', '\\', '*/'])(
      'has code in its ids after %j: the code never runs',
      async (quote) => {
        const rig = currentRig()
        const epoch = `${quote}); globalThis.pwned = true; (${quote}`
        const read = vi.fn((_from: number, _watch?: unknown) => ({
          next: 1,
          dropped: 0,
          events: [],
        }))
        const command = vi.fn((_command: unknown) => ({ ok: true }))
        rig.page.setHook({ version: 1, epoch, read, command })
        rig.start()
        await rig.pass(600)
        const address = { frame: 'top', epoch, circuit: epoch }
        rig.page.transport.watch([address])
        const result = rig.page.transport.command(address, 'trip')
        await rig.pass(600)
        expect(await result).toEqual({ ok: true })
        expect(read).toHaveBeenLastCalledWith(1, { metrics: [epoch] })
        expect(command).toHaveBeenCalledExactlyOnceWith({ circuit: epoch, action: 'trip' })
        expect(globalThis).not.toHaveProperty('pwned')
      },
    )
  })
}

const answer = (...events: unknown[]) => ({ next: 1, dropped: 0, events })

const cyclic = answer()
cyclic.events.push(cyclic)

function throwingGetter(key: string): object {
  return Object.defineProperty({}, key, {
    enumerable: true,
    get() {
      throw new Error('getter')
    },
  })
}

const failures: [string, 'threw' | 'malformed', () => unknown][] = [
  [
    'throws',
    'threw',
    () => {
      throw new Error('<script>alert(1)</script>')
    },
  ],
  [
    'throws undefined',
    'threw',
    () => {
      throw undefined
    },
  ],
  ['answers with a cycle', 'threw', () => cyclic],
  ['answers with a throwing getter', 'threw', () => throwingGetter('next')],
  ['answers with undefined', 'malformed', () => undefined],
  ['answers with a function', 'malformed', () => () => 1],
  ['answers with 21 MB', 'malformed', () => answer(''.padEnd(21_000_000, 'x'))],
  ['answers with a promise', 'malformed', () => new Promise(() => {})],
]
