import type { Window, WindowCounts } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

/** The last `size` calls, but none of age `maxAgeMs` or more, as a user writes it. */
function recentCalls({ core }: Subject, size: number, maxAgeMs: number): Window {
  class RecentCalls extends core.WindowCounts {
    readonly #calls: { at: number; us: number | undefined; failed: boolean }[] = []

    protected override push(now: number, us: number | undefined, failed: boolean): void {
      this.evictExpired(now)
      if (this.#calls.length === size) this.#evictOldest()
      this.#calls.push({ at: now, us, failed })
    }

    protected override evictExpired(now: number): boolean {
      const before = this.total
      while (this.#calls[0] && now - this.#calls[0].at >= maxAgeMs) this.#evictOldest()
      return this.total < before
    }

    #evictOldest(): void {
      const call = this.#calls.shift()
      if (call) this.sum(call.us, call.failed, -1)
    }
  }
  return Object.freeze<Window>({
    capacity: size,
    open: (options) => new RecentCalls(options),
    toJSON: () => ({ type: 'recentCalls', args: [size, maxAgeMs] }),
  })
}

export const ownWindowCases = cases('2. Windows', {
  'a window of your own decides which calls a rule sees': (s) => {
    const { core } = s
    const tripper = core.minRequests(3).and(core.failureRate(0.5))
    const rig = new SubjectRig(s, { window: recentCalls(s, 4, 1_000), tripper })
    rig.fail(2)
    rig.clock.advance(1_000)
    assert.strictEqual(rig.recorded, '0/0')
    rig.succeed(6)
    assert.strictEqual(rig.recorded, '4/0')
    rig.fail(2)
    assert.strictEqual(rig.state, 'open')
  },
  'a window that throws does not affect the caller': async (s) => {
    const broken = new Error('full')
    const fail = (): never => {
      throw broken
    }
    class Broken extends s.core.WindowCounts {
      protected override push(): void {
        if (this.state === 'closed') fail()
      }
      protected override evictExpired(): boolean {
        return this.state === 'closed' && fail()
      }
    }
    let opened = 0
    const window: Window = {
      capacity: 9,
      toJSON: () => ({ type: 'broken', args: [] }),
      open: (options) => (++opened > 1 ? fail() : new Broken(options)),
    }
    const rig = new SubjectRig(s, { window, tripper: s.core.failureStreak(1) })
    const { breaker } = rig
    assert.strictEqual(await breaker.call(() => 7), 7)
    assert.strictEqual(await rejection(breaker.call(() => Promise.reject(broken))), broken)
    assert.deepEqual(rig.outcomes, ['success', 'failure'])
    assert.strictEqual(rig.state, 'closed')
    breaker.explain()
    breaker.judge()
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
    assert.strictEqual(rig.errors.length, 5)
    for (const { error, source } of rig.errors)
      assert.deepEqual([error, source], [broken, 'window'])
    rig.clearRecords()
    breaker.reset()
    assert.strictEqual(rig.errors.length, 1)
    rig.fail()
    assert.strictEqual(rig.state, 'open')
  },
  'a window whose open() returns no counts is replaced': (s) => {
    const window: Window = {
      capacity: 9,
      toJSON: () => ({ type: 'broken', args: [] }),
      open: () => ({}) as WindowCounts,
    }
    const rig = new SubjectRig(s, { window })
    assert.match(
      String(rig.errors[0]?.error),
      /window: what open returns must be an object with record/,
    )
    rig.succeed(2)
    assert.strictEqual(rig.recorded, '2/0')
  },
  'checkWindow() accepts the windows of the package, and one that keeps the contract': (s) => {
    const { core, testing } = s
    testing.checkWindow(core.countWindow(5))
    testing.checkWindow(core.timeWindow(5, { buckets: 5 }))
    testing.checkWindow(recentCalls(s, 5, 5), { seed: 3 })
  },
  'checkWindow() throws an Error that names the broken rule': (s) => {
    const window = recentCalls(s, 5, 5)
    const wrong = Object.freeze({ ...window, capacity: 4 })
    assert.throws(() => s.testing.checkWindow(wrong), Error, 'holds at most capacity calls, got 5')
    const thawed = { ...window }
    assert.throws(() => s.testing.checkWindow(thawed), Error, 'a window is a frozen object')
    const bounds = () => ({ least: 6, most: 9 })
    assert.throws(() => s.testing.checkWindow(window, { bounds }), Error, 'the window holds 6 to 9')
  },
})
