import type { CallOptions, TimeoutError } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { sleep } from '@fluxgate/testkit/sleep'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const hang = () => new Promise<never>(() => {})

/** Calls through the circuit, lets 5 ms pass, and returns the error. */
function timeOut(
  { breaker, clock }: SubjectRig,
  options?: CallOptions,
  fn: () => Promise<unknown> = hang,
): Promise<unknown> {
  const call = breaker.call(fn, options)
  clock.advance(5)
  return rejection(call)
}

export const timeoutCases = cases('4. Timeout', {
  'a call that exceeds its time limit rejects with a TimeoutError': async (s) => {
    const error = (await timeOut(new SubjectRig(s), { timeoutMs: 5 })) as TimeoutError
    assert.instanceOf(error, s.core.TimeoutError)
    assert.instanceOf(error, Error)
    assert.strictEqual(error.name, 'TimeoutError')
    assert.strictEqual(error.code, 'ETIMEDOUT')
    assert.strictEqual(error.circuitName, 'payments')
    assert.strictEqual(error.timeoutMs, 5)
    assert.match(error.message, /"payments".* 5 ms/)
  },
  'a call uses its own time limit, or else that of the breaker': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    const byBreaker = (await timeOut(rig)) as TimeoutError
    const byCall = (await timeOut(rig, { timeoutMs: 4 })) as TimeoutError
    assert.strictEqual(byBreaker.timeoutMs, 5)
    assert.strictEqual(byCall.timeoutMs, 4)
    for (const timeoutMs of [6, Number.POSITIVE_INFINITY]) {
      const work = new Deferred<string>()
      const longer = rig.breaker.call(() => work.promise, { timeoutMs })
      rig.clock.advance(5)
      work.resolve('in time')
      assert.strictEqual(await longer, 'in time')
    }
  },
  'timeoutMs: Infinity is no time limit': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: Number.POSITIVE_INFINITY })
    const call = rig.breaker.call(({ signal }) => {
      rig.clock.advance(1e9)
      return signal
    })
    assert.isUndefined(await call)
  },
  'the signal of fn aborts with the TimeoutError': async (s) => {
    const rig = new SubjectRig(s)
    let received: AbortSignal | undefined
    const call = rig.breaker.call(
      ({ signal }) => {
        received = signal
        return hang()
      },
      { timeoutMs: 5 },
    )
    assert.isFalse(received?.aborted)
    rig.clock.advance(5)
    const error = await rejection(call)
    assert.isTrue(received?.aborted)
    assert.strictEqual(received?.reason, error)
  },
  'a timeout does not abort the caller’s signal': async (s) => {
    const { signal } = new AbortController()
    await timeOut(new SubjectRig(s), { timeoutMs: 5, signal })
    assert.isFalse(signal.aborted)
  },
  'each call has its own signal': async (s) => {
    const { breaker } = new SubjectRig(s, { timeoutMs: 4_000 })
    const seen = new Set<AbortSignal | undefined>()
    for (let i = 0; i < 3; i++) await breaker.call(({ signal }) => seen.add(signal))
    assert.strictEqual(seen.size, 3)
  },
  'a timeout is a failure whatever the tracker, unless ignore matches it': async (s) => {
    const { core } = s
    const trackers = [
      core.errorType(TypeError),
      core.resultWhere(() => false),
      core.anyError().not(),
    ]
    for (const tracker of trackers) {
      const rig = new SubjectRig(s, { tracker })
      await timeOut(rig, { timeoutMs: 5 })
      assert.deepEqual(rig.outcomes, ['failure'])
      assert.strictEqual(rig.recorded, '1/1')
    }
    const rig = new SubjectRig(s, { ignore: core.errorNamed('TimeoutError') })
    await timeOut(rig, { timeoutMs: 5 })
    assert.deepEqual(rig.outcomes, ['ignored'])
  },
  'a TimeoutError that fn throws is an error like any other': async (s) => {
    const { core } = s
    const rig = new SubjectRig(s, { tracker: core.errorType(TypeError) })
    await rejection(rig.breaker.call(() => Promise.reject(new core.TimeoutError('other', 5))))
    assert.deepEqual(rig.outcomes, ['success'])
  },
  'a settlement of fn after its timeout is ignored': async (s) => {
    for (const late of ['resolve', 'reject'] as const) {
      const rig = new SubjectRig(s)
      const work = new Deferred<unknown>()
      await timeOut(rig, { timeoutMs: 5 }, () => work.promise)
      work[late](new Error('too late'))
      await sleep(0)
      assert.deepEqual(rig.outcomes, ['failure'])
    }
  },
  'a function that rejects because of the timeout emits one event': async (s) => {
    const rig = new SubjectRig(s)
    const call = rig.breaker.call(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')))
        }),
      { timeoutMs: 5 },
    )
    rig.clock.advance(5)
    assert.instanceOf(await rejection(call), s.core.TimeoutError)
    await sleep(0)
    assert.strictEqual(rig.events.length, 1)
  },
  'the fallback of a timed-out call runs once': async (s) => {
    const rig = new SubjectRig(s)
    const work = new Deferred()
    let ran = 0
    const call = rig.breaker.call(() => work.promise, { timeoutMs: 5, fallback: () => ++ran })
    rig.clock.advance(5)
    assert.strictEqual(await call, 1)
    work.reject(new Error('too late'))
    await sleep(0)
    assert.strictEqual(ran, 1)
  },
  'a timeout of the last probe opens the circuit': async (s) => {
    const rig = new SubjectRig(s, { probes: 1, timeoutMs: 5 }).enter('half_open')
    await timeOut(rig)
    assert.strictEqual(rig.state, 'open')
  },
  'a timeout is recorded with the time that passed': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    await timeOut(rig)
    assert.strictEqual(rig.breaker.snapshot().metrics.avgDurationMs, 5)
    assert.deepInclude(rig.events[0], { outcome: 'failure', durationMs: 5 })
    assert.instanceOf(rig.events[0]?.error, s.core.TimeoutError)
  },
  'timeouts open the circuit, and the last is the cause of the rejections': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    for (let i = 0; i < 3; i++) await timeOut(rig)
    assert.strictEqual(rig.state, 'open')
    const { cause } = (await rejection(rig.breaker.call(hang))) as Error
    assert.deepInclude(cause, { name: 'TimeoutError', code: 'ETIMEDOUT' })
  },
  'a time limit does not apply to callSync()': (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    rig.breaker.callSync(() => rig.clock.advance(1_000))
    assert.strictEqual(rig.recorded, '1/0')
  },
  'an abort after the timeout has no effect': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    const controller = new AbortController()
    assert.instanceOf(await timeOut(rig, { signal: controller.signal }), s.core.TimeoutError)
    controller.abort('too late')
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'a probe that answers after its timeout does not close the circuit': async (s) => {
    const rig = new SubjectRig(s, { probes: 1, timeoutMs: 5 }).enter('half_open')
    const work = new Deferred()
    await timeOut(rig, undefined, () => work.promise)
    work.resolve()
    await sleep(0)
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(rig.outcomes, ['failure'])
  },
})
