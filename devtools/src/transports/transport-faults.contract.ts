import { maxEventsPerRead } from '@fluxgate/core/devtools'
import { describe, expect, test, vi } from 'vitest'
import { hookHere } from '../../test/forged-page.ts'
import { pictureOf } from '../../test/messages.ts'
import { type TransportRig, toggle } from '../../test/transport-rig.ts'

/** What a page may do to a transport: lose, repeat, delay, reload, and lie. */
export function transportFaults(rigNow: () => TransportRig): void {
  describe('survives a page that', () => {
    test('lost events: the gap is told', async () => {
      const rig = rigNow()
      const breaker = rig.load({ capacity: 3 })
      rig.start()
      await rig.pass(1)
      toggle(breaker, 10)
      await rig.pass(300)
      expect(rig.seqs).toEqual([1, 9, 10, 11])
      expect(rig.batches.at(-1)).toMatchObject({ dropped: 7, next: 11 })
    })

    test('says invalid things: they are counted, the rest is told', async () => {
      const rig = rigNow()
      rig.load()
      const [added] = JSON.parse(JSON.stringify(hookHere().read(0).events))
      const events = [{ type: 'signal' }, added, null, { ...added, circuit: 5 }]
      rig.answer(() => ({ next: 1, dropped: 0, events }))
      rig.start()
      await rig.pass(1)
      expect(rig.batches).toMatchObject([{ events: [added], invalid: 3 }])
    })

    test('repeats itself: the picture stays the same', async () => {
      const rig = rigNow()
      toggle(rig.load(), 5)
      rig.start()
      await rig.pass(1_000)
      const once = pictureOf(rig.session)
      const hook = hookHere()
      rig.answer(() => ({ ...hook.read(0), next: 1 }))
      await rig.pass(3_000)
      expect(rig.seqs.length).toBeGreaterThan(20)
      expect(pictureOf(rig.session)).toEqual(once)
    })

    test('repeats itself without end: it is not asked more often for that', async () => {
      const rig = rigNow()
      rig.load()
      const events = Array(maxEventsPerRead).fill(hookHere().read(0).events[0])
      const read = vi.fn(() => ({ next: 1, dropped: 0, events }))
      rig.answer(read)
      rig.start()
      await rig.pass(300)
      expect(read.mock.calls.length).toBeLessThan(10)
    })

    test('is slow: what it says in the end is told, once', async () => {
      const rig = rigNow()
      const breaker = rig.load()
      rig.start()
      await rig.pass(300)
      toggle(breaker, 3)
      await rig.page.stall(10_000)
      await rig.pass(1_000)
      expect(rig.seqs).toEqual([1, 2, 3, 4])
    })

    test('is reloaded: the new document is read from its beginning', async () => {
      const rig = rigNow()
      toggle(rig.load(), 3)
      rig.start()
      await rig.pass(300)
      const old = hookHere().epoch
      rig.load()
      await rig.pass(300)
      expect(rig.batches.map(({ epoch }) => epoch)).toEqual([old, hookHere().epoch])
      expect(rig.batches.at(-1)).toMatchObject({ next: 1, events: [{ seq: 1 }] })
    })

    test('has no Fluxgate, and gets it later', async () => {
      const rig = rigNow()
      rig.page.setHook(undefined)
      rig.start()
      await rig.pass(600)
      expect(rig.faults[0]).toEqual({ kind: 'absent' })
      expect(rig.batches).toEqual([])
      rig.load()
      await rig.pass(600)
      expect(rig.seqs).toEqual([1])
    })

    test('loses Fluxgate and gets the same back: it is read from its beginning', async () => {
      const rig = rigNow()
      toggle(rig.load(), 3)
      const hook = hookHere()
      rig.start()
      await rig.pass(300)
      rig.page.setHook(undefined)
      await rig.pass(600)
      expect(rig.session.log).toHaveLength(0)
      rig.page.setHook(hook)
      await rig.pass(600)
      expect(rig.session.log).toHaveLength(4)
    })

    test.each(failures)('%s: it is told, counted, and may recover', async (_what, why, read) => {
      const rig = rigNow()
      const breaker = rig.load()
      const hook = hookHere()
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
    })

    test('failed, and has no news when it goes on: that it does is told, once', async () => {
      const rig = rigNow()
      rig.load()
      const hook = hookHere()
      rig.start()
      await rig.pass(2_000)
      rig.answer(() => undefined)
      await rig.pass(600)
      rig.page.setHook(hook)
      await rig.pass(600)
      expect(rig.session.frames.get('top')).not.toHaveProperty('condition')
      const told = rig.messages.length
      await rig.pass(2_000)
      expect(rig.messages).toHaveLength(told)
    })

    test.each([
      ['of another version', { version: 2, read: () => 1 }, 'absent'],
      ['a string', 'hook', 'absent'],
      ['a trap', trap('version'), 'failing'],
      ['empty', { version: 1 }, 'failing'],
    ])('has a hook that is %s', async (_what, hook, kind) => {
      const rig = rigNow()
      rig.page.setHook(hook)
      rig.start()
      await rig.pass(600)
      expect(rig.faults[0]?.kind).toBe(kind)
      expect(rig.batches).toEqual([])
    })

    test.each(["'", '"', '`', '${', '\u2028', '\\', '*/'])(
      'has code in its names, after a %j: it is never run',
      async (quote) => {
        const rig = rigNow()
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

function trap(key: string): object {
  return Object.defineProperty({}, key, {
    enumerable: true,
    get() {
      throw new Error('trap')
    },
  })
}

const failures: [string, 'threw' | 'garbage', () => unknown][] = [
  [
    'throws',
    'threw',
    () => {
      throw new Error('<script>alert(1)</script>')
    },
  ],
  [
    'throws what is no error',
    'threw',
    () => {
      throw undefined
    },
  ],
  ['answers with a cycle', 'threw', () => cyclic],
  ['answers with a trap', 'threw', () => trap('next')],
  ['answers with nothing', 'garbage', () => undefined],
  ['answers with a number', 'garbage', () => 7],
  ['answers with words', 'garbage', () => ({ next: 'soon', dropped: 'no', events: 'many' })],
  ['answers with a function', 'garbage', () => () => 1],
  ['answers at endless length', 'garbage', () => answer(''.padEnd(21_000_000, 'x'))],
  ['answers with a promise', 'garbage', () => new Promise(() => {})],
]
