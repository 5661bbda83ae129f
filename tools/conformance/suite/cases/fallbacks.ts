import { Deferred } from '@fluxgate/testkit/deferred'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const down = new Error('down')
const failing = () => Promise.reject(down)

export const fallbackCases = cases('4. Fallback', {
  'a fallback receives the error of fn, and its value is returned': async (s) => {
    const rig = new SubjectRig(s)
    const received: unknown[] = []
    const fallback = (error: unknown) => {
      received.push(error)
      return 'instead'
    }
    assert.strictEqual(await rig.breaker.call(failing, { fallback }), 'instead')
    assert.deepEqual(received, [down])
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'a fallback receives a rejection': async (s) => {
    const { breaker } = new SubjectRig(s).enter('open')
    const received: unknown[] = []
    const answer = await breaker.call(failing, { fallback: (error) => received.push(error) })
    assert.strictEqual(answer, 1)
    assert.instanceOf(received[0], s.core.CallNotPermittedError)
  },
  'a fallback runs for an ignored error': async (s) => {
    const { breaker } = new SubjectRig(s, { tracker: s.core.errorType(TypeError) })
    assert.strictEqual(await breaker.call(failing, { fallback: () => 2 }), 2)
  },
  'a fallback can return a promise': async (s) => {
    const { breaker } = new SubjectRig(s)
    const work = new Deferred<string>()
    const call = breaker.call(failing, { fallback: () => work.promise })
    work.resolve('later')
    assert.strictEqual(await call, 'later')
  },
  'a fallback does not run for a result, even if it is a failure': async (s) => {
    const { breaker } = new SubjectRig(s, { tracker: s.core.resultWhere(() => true) })
    let ran = false
    const fallback = () => {
      ran = true
      return 0
    }
    assert.strictEqual(await breaker.call(() => 500, { fallback }), 500)
    assert.isFalse(ran)
  },
  'the caller receives the error that a fallback throws': async (s) => {
    const { breaker } = new SubjectRig(s)
    const second = new Error('second')
    const throwing = () => {
      throw second
    }
    assert.strictEqual(await rejection(breaker.call(failing, { fallback: throwing })), second)
    const rejecting = () => Promise.reject(second)
    assert.strictEqual(await rejection(breaker.call(failing, { fallback: rejecting })), second)
  },
  'a fallback that throws runs once and is not recorded': async (s) => {
    const rig = new SubjectRig(s)
    let ran = 0
    const fallback = () => {
      ran++
      throw new Error('second')
    }
    await rejection(rig.breaker.call(failing, { fallback }))
    assert.strictEqual(ran, 1)
    assert.strictEqual(rig.recorded, '1/1')
  },
  'a fallback does not run for an abort by the caller, before or during the call': async (s) => {
    const { breaker } = new SubjectRig(s)
    let ran = false
    const fallback = () => {
      ran = true
    }
    const reason = new Error('stop')
    const before = breaker.call(failing, { fallback, signal: AbortSignal.abort(reason) })
    assert.strictEqual(await rejection(before), reason)
    const controller = new AbortController()
    const during = breaker.call(() => new Promise<void>(() => {}), {
      fallback,
      signal: controller.signal,
    })
    controller.abort(reason)
    assert.strictEqual(await rejection(during), reason)
    assert.isFalse(ran)
  },
  'a fallback runs for an AbortError of fn while the caller’s signal is not aborted': async (s) => {
    const { breaker } = new SubjectRig(s)
    const foreign = () => Promise.reject(AbortSignal.abort().reason)
    const { signal } = new AbortController()
    assert.strictEqual(await breaker.call(foreign, { fallback: () => 3, signal }), 3)
  },
  'a fallback runs for an error of fn, although the caller aborts afterwards': async (s) => {
    const { breaker } = new SubjectRig(s)
    const controller = new AbortController()
    const failAtOnce = () => {
      throw down
    }
    const call = breaker.call(failAtOnce, { fallback: () => 4, signal: controller.signal })
    controller.abort(new Error('after the fact'))
    assert.strictEqual(await call, 4)
  },
  'failures with a fallback open the circuit': async (s) => {
    const rig = new SubjectRig(s)
    for (let i = 0; i < 3; i++) {
      assert.strictEqual(await rig.breaker.call(failing, { fallback: () => 'cached' }), 'cached')
    }
    assert.strictEqual(rig.state, 'open')
  },
  'a fallback is called with the error that fn throws at once': async (s) => {
    const failAtOnce = () => {
      throw down
    }
    const { breaker } = new SubjectRig(s)
    const result = await breaker.call(failAtOnce, { fallback: (error: unknown) => [error] })
    assert.deepEqual<unknown>(result, [down])
  },
  'a call whose fallback aborts it rejects, and the fallback runs once': async (s) => {
    const controller = new AbortController()
    let ran = 0
    const fallback = () => {
      ran++
      controller.abort('stop')
      return 'cached'
    }
    const { breaker } = new SubjectRig(s)
    const call = breaker.call(failing, { signal: controller.signal, fallback })
    assert.strictEqual(await rejection(call), 'stop')
    assert.strictEqual(ran, 1)
  },
  'the time that a fallback takes is not part of the call': async (s) => {
    const { breaker, clock } = new SubjectRig(s)
    await breaker.call(failing, { fallback: () => clock.advance(5_000) })
    assert.strictEqual(breaker.snapshot().metrics.totalDurationMs, 0)
  },
})
