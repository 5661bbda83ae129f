import type { CallContext } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** A signal of a polyfill: without a reason, and with functions as listeners only. */
function polyfilled() {
  const target = new EventTarget()
  const signal = {
    aborted: false,
    addEventListener: (type: string, listener: unknown) => {
      if (typeof listener === 'function') target.addEventListener(type, () => listener())
    },
    removeEventListener: () => {},
  }
  const abort = (_reason: unknown) => {
    signal.aborted = true
    target.dispatchEvent(new Event('abort'))
  }
  return { signal: signal as Partial<AbortSignal> as AbortSignal, abort }
}

export const abortReasonCases = cases('4. Abort', {
  'an abort without a reason rejects with an AbortError': async (s) => {
    const controller = new AbortController()
    const call = new SubjectRig(s).breaker.call(() => new Promise(() => {}), {
      signal: controller.signal,
    })
    controller.abort()
    assert.strictEqual(((await rejection(call)) as Error).name, 'AbortError')
  },
  'a signal without a reason gives an AbortError, before and during the call': async (s) => {
    for (const reason of [undefined, new Error('ignored by a polyfill')]) {
      const { breaker } = new SubjectRig(s)
      const { signal, abort } = polyfilled()
      let seen: unknown
      const fn = (ctx: CallContext) => {
        ctx.signal?.addEventListener('abort', () => {
          seen = ctx.signal?.reason
        })
        return new Promise(() => {})
      }
      const during = breaker.call(fn, { signal, timeoutMs: 60_000 })
      abort(reason)
      const error = (await rejection(during)) as Error
      assert.strictEqual(error.name, 'AbortError')
      assert.strictEqual(seen, error)
      const before = await rejection(breaker.call(fn, { signal, fallback: () => 'fallback' }))
      assert.strictEqual((before as Error).name, 'AbortError')
    }
  },
  'a deadline is a failure, and the fallback runs': async (s) => {
    const { core } = s
    const rig = new SubjectRig(s, { tripper: core.failureStreak(1) })
    const deadline = new DOMException('The operation timed out', 'TimeoutError')
    const controller = new AbortController()
    const { signal } = controller
    const call = rig.breaker.call(() => new Promise(() => {}), {
      signal,
      fallback: (error) => ['fallback', error],
    })
    controller.abort(deadline)
    assert.deepEqual(await call, ['fallback', deadline])
    assert.deepInclude(rig.events[0], { outcome: 'failure', error: deadline })
    assert.strictEqual(rig.state, 'open')
  },
  'AbortSignal.timeout() is a deadline': async (s) => {
    const rig = new SubjectRig(s)
    const call = rig.breaker.call(() => new Promise(() => {}), { signal: AbortSignal.timeout(5) })
    assert.strictEqual(((await rejection(call)) as Error).name, 'TimeoutError')
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'a deadline before the call is not recorded, and the fallback runs': async (s) => {
    const rig = new SubjectRig(s)
    const reason = new DOMException('too late', 'TimeoutError')
    const signal = AbortSignal.abort(reason)
    const fn = () => assert.fail('fn ran')
    assert.strictEqual(await rejection(rig.breaker.call(fn, { signal })), reason)
    const fallback = (error: unknown) => Promise.resolve(['fallback', error])
    assert.deepEqual(await rig.breaker.call(fn, { signal, fallback }), ['fallback', reason])
    assert.deepEqual(rig.events, [])
  },
  "deadline: 'ignore' makes a deadline an abort": async (s) => {
    const rig = new SubjectRig(s, { deadline: 'ignore' })
    const reason = new DOMException('too late', 'TimeoutError')
    const controller = new AbortController()
    const options = { signal: controller.signal, fallback: () => 'fallback' }
    const during = rig.breaker.call(() => new Promise(() => {}), options)
    controller.abort(reason)
    assert.strictEqual(await rejection(during), reason)
    assert.strictEqual(await rejection(rig.breaker.call(() => 1, options)), reason)
    assert.deepEqual(rig.outcomes, ['aborted'])
  },
  'an abort with NaN as reason rejects with it and runs no fallback': async (s) => {
    for (const early of [true, false]) {
      const rig = new SubjectRig(s)
      const controller = new AbortController()
      if (early) controller.abort(Number.NaN)
      const { signal } = controller
      const call = rig.breaker.call(() => new Promise(() => {}), {
        signal,
        fallback: () => 'cached',
      })
      controller.abort(Number.NaN)
      assert.isNaN(await rejection(call))
    }
  },
})
