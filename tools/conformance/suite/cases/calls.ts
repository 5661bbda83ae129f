import { Deferred } from '@fluxgate/testkit/deferred'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const fail = (error: unknown) => () => {
  throw error
}

export const callCases = cases('4. call', {
  'call() resolves with the value that fn returns': async (s) => {
    const { breaker } = new SubjectRig(s)
    const value = { a: 1 }
    assert.strictEqual(await breaker.call(() => value), value)
    assert.strictEqual(await breaker.call(async () => value), value)
    assert.isUndefined(await breaker.call(() => undefined))
  },
  'call() rejects with the error that fn throws': async (s) => {
    for (const error of [
      new Error('x'),
      'text',
      undefined,
      null,
      0,
      Object.freeze(new Error('x')),
    ]) {
      const { breaker } = new SubjectRig(s)
      assert.strictEqual(await rejection(breaker.call(fail(error))), error)
      assert.strictEqual(await rejection(breaker.call(async () => fail(error)())), error)
    }
  },
  'call() rejects when fn throws at once or is not a function': async (s) => {
    const { breaker } = new SubjectRig(s)
    const error = new Error('at once')
    const promise = breaker.call(fail(error))
    assert.instanceOf(promise, Promise)
    assert.strictEqual(await rejection(promise), error)
    assert.instanceOf(await rejection(breaker.call(5 as never)), TypeError)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'call() runs fn once, before it returns': (s) => {
    const { breaker } = new SubjectRig(s)
    let ran = 0
    void breaker.call(() => ++ran)
    assert.strictEqual(ran, 1)
  },
  'call() records a success and a failure with their durations': async (s) => {
    const rig = new SubjectRig(s)
    await rig.breaker.call(async () => rig.clock.advance(30))
    const work = new Deferred()
    const call = rig.breaker.call(() => work.promise)
    rig.clock.advance(70)
    const error = new Error('down')
    work.reject(error)
    await rejection(call)
    assert.strictEqual(rig.recorded, '2/1')
    assert.strictEqual(rig.breaker.snapshot().metrics.totalDurationMs, 100)
    const timestamp = rig.clock.timestamp()
    assert.deepInclude(rig.events[0], { outcome: 'success', durationMs: 30, stale: false })
    assert.deepEqual(rig.events[1], {
      circuitName: 'payments',
      outcome: 'failure',
      durationMs: 70,
      state: 'closed',
      timestamp,
      stale: false,
      error,
    })
  },
  'call() passes no signal to fn without a signal or time limit': async (s) => {
    const { breaker } = new SubjectRig(s)
    assert.isUndefined(await breaker.call(({ signal }) => signal))
    assert.isUndefined(await breaker.call(({ signal }) => signal, {}))
  },
  'call() passes the caller’s signal to fn without a time limit': async (s) => {
    const { breaker } = new SubjectRig(s)
    const { signal } = new AbortController()
    assert.strictEqual(await breaker.call((ctx) => ctx.signal, { signal }), signal)
  },
  'concurrent calls have separate outcomes': async (s) => {
    const rig = new SubjectRig(s)
    const pending = [1, 2, 3].map(() => new Deferred<number>())
    const calls = pending.map((work) => rig.breaker.call(() => work.promise))
    assert.strictEqual(rig.breaker.inFlight, 3)
    pending[2]?.resolve(3)
    pending[0]?.reject(new Error('first'))
    pending[1]?.resolve(2)
    const settled = await Promise.allSettled(calls)
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    )
    assert.strictEqual(rig.recorded, '3/1')
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
  'the caller receives an ignored error, which is not recorded': async (s) => {
    const rig = new SubjectRig(s, { ignore: s.core.errorType(RangeError) })
    const error = new RangeError('mine')
    assert.strictEqual(await rejection(rig.breaker.call(fail(error))), error)
    assert.strictEqual(rig.recorded, '0/0')
    assert.deepInclude(rig.events[0], { outcome: 'ignored', error, stale: false })
  },
  'the caller receives a result that is a failure': async (s) => {
    const rig = new SubjectRig(s, { tracker: s.core.resultWhere((value) => value === 500) })
    assert.strictEqual(await rig.breaker.call(() => 500), 500)
    assert.strictEqual(rig.recorded, '1/1')
    assert.notProperty(rig.events[0], 'error')
  },
  'reset() while closed begins an epoch, in which calls count': async ({ core }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    await breaker.call(() => 1)
    const late = breaker.call(async () => 1)
    breaker.reset()
    await late
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
    await breaker.call(() => 1)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'reset() while closed begins an epoch for timed calls, after others have settled': async (s) => {
    const rig = new SubjectRig(s, { timed: true })
    await rig.breaker.call(() => 1)
    rig.breaker.reset()
    await rig.breaker.call(() => 1)
    assert.deepInclude(rig.events[1], { outcome: 'success', stale: false })
    assert.strictEqual(rig.recorded, '1/0')
  },
  'timed calls that overlap have durations of their own': async (s) => {
    const rig = new SubjectRig(s, { timed: true })
    await rig.breaker.call(() => 1)
    const pending = [1, 2, 3].map(() => new Deferred<number>())
    const calls = pending.map((work) => {
      rig.clock.advance(100)
      return rig.breaker.call(() => work.promise)
    })
    rig.clock.advance(1_000)
    pending[1]?.reject(new Error('second'))
    pending[2]?.resolve(3)
    await Promise.allSettled(calls.slice(1))
    rig.clock.advance(1_000)
    const later = rig.breaker.call(() => 4)
    pending[0]?.resolve(1)
    await Promise.all([calls[0], later])
    assert.sameMembers(
      rig.events.map(({ durationMs }) => durationMs),
      [0, 1_100, 1_000, 0, 2_200],
    )
    assert.strictEqual(rig.recorded, '5/1')
  },
  'the default clock times calls': async ({ core }) => {
    const breaker = new core.CircuitBreaker({ name: 'x', timed: true })
    await breaker.call(() => new Promise((done) => setTimeout(done, 20)))
    const { totalDurationMs } = breaker.snapshot().metrics
    assert.isAtLeast(totalDurationMs, 10) // clocks can be coarse, and timers early
    assert.isAtMost(totalDurationMs, 4_000)
    assert.closeTo(breaker.snapshot().since, Date.now(), 60_000)
  },
  'call() passes an empty context to fn when nothing can abort it': async (s) => {
    const contexts: unknown[] = []
    const { breaker } = new SubjectRig(s)
    await breaker.call((...args) => contexts.push(args))
    await breaker.call((...args) => contexts.push(args), {})
    assert.deepEqual(contexts, [[{}], [{}]])
  },
  'call() resolves with falsy values and with returned errors': async (s) => {
    const rig = new SubjectRig(s)
    for (const value of [undefined, null, 0, '', false, new Error('returned')]) {
      assert.strictEqual(await rig.breaker.call(async () => value), value)
    }
    assert.strictEqual(rig.recorded, '6/0')
  },
  'an ignored error does not end a failure streak': (s) => {
    const rig = new SubjectRig(s, { ignore: s.core.errorType(RangeError) })
    rig.fail(2, new TypeError('counts'))
    rig.fail(1, new RangeError('ignored'))
    assert.strictEqual(rig.breaker.snapshot().metrics.failureStreak, 2)
  },
  'the caller receives a failed response with an unread body': async (s) => {
    const tracker = s.core.resultWhere<Response>((response) => response.status >= 500)
    const rig = new SubjectRig(s, { tracker })
    const response = new Response('body', { status: 503 })
    assert.strictEqual(await rig.breaker.call(() => response), response)
    assert.strictEqual(await response.text(), 'body')
    assert.deepEqual(rig.outcomes, ['failure'])
  },
})
