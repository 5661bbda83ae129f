import { assert } from 'chai'
import { type ConformanceCase, cases } from '../conformance-case.ts'
import { Deferred, rejection, thenable, thrown } from '../promises.ts'
import { Rig } from '../rig.ts'

const fail = (error: unknown) => () => {
  throw error
}

const asynchronous = cases('4. call', {
  'call() gives what fn returns, the very same value': async (s) => {
    const { breaker } = new Rig(s)
    const value = { a: 1 }
    assert.strictEqual(await breaker.call(() => value), value)
    assert.strictEqual(await breaker.call(async () => value), value)
    assert.isUndefined(await breaker.call(() => undefined))
  },
  'call() throws what fn throws, the very same error': async (s) => {
    for (const error of [
      new Error('x'),
      'text',
      undefined,
      null,
      0,
      Object.freeze(new Error('x')),
    ]) {
      const { breaker } = new Rig(s)
      assert.strictEqual(await rejection(breaker.call(fail(error))), error)
      assert.strictEqual(await rejection(breaker.call(async () => fail(error)())), error)
    }
  },
  'call() rejects and does not throw when fn throws at once, or is no function': async (s) => {
    const { breaker } = new Rig(s)
    const error = new Error('at once')
    const promise = breaker.call(fail(error))
    assert.instanceOf(promise, Promise)
    assert.strictEqual(await rejection(promise), error)
    assert.instanceOf(await rejection(breaker.call(5 as never)), TypeError)
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
  },
  'call() runs fn at once, and once': (s) => {
    const { breaker } = new Rig(s)
    let ran = 0
    void breaker.call(() => ++ran)
    assert.strictEqual(ran, 1)
  },
  'call() records a success and a failure with their durations': async (s) => {
    const rig = new Rig(s)
    await rig.breaker.call(async () => rig.clock.advance(30))
    const gate = new Deferred()
    const call = rig.breaker.call(() => gate.promise)
    rig.clock.advance(70)
    const error = new Error('down')
    gate.reject(error)
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
  'call() gives fn no signal where there is neither a signal nor a time limit': async (s) => {
    const { breaker } = new Rig(s)
    assert.isUndefined(await breaker.call(({ signal }) => signal))
    assert.isUndefined(await breaker.call(({ signal }) => signal, {}))
  },
  'call() gives fn the caller’s own signal where there is no time limit': async (s) => {
    const { breaker } = new Rig(s)
    const { signal } = new AbortController()
    assert.strictEqual(await breaker.call((ctx) => ctx.signal, { signal }), signal)
  },
  'calls go on side by side, each with its own outcome': async (s) => {
    const rig = new Rig(s)
    const gates = [1, 2, 3].map(() => new Deferred<number>())
    const calls = gates.map((gate) => rig.breaker.call(() => gate.promise))
    assert.strictEqual(rig.breaker.inFlight, 3)
    gates[2]?.resolve(3)
    gates[0]?.reject(new Error('first'))
    gates[1]?.resolve(2)
    const settled = await Promise.allSettled(calls)
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    )
    assert.strictEqual(rig.recorded, '3/1')
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
  'an ignored error is thrown to the caller and counted nowhere': async (s) => {
    const rig = new Rig(s, { tracker: s.core.errorType(TypeError) })
    const error = new RangeError('mine')
    assert.strictEqual(await rejection(rig.breaker.call(fail(error))), error)
    assert.strictEqual(rig.recorded, '0/0')
    assert.deepInclude(rig.events[0], { outcome: 'ignored', error, stale: false })
  },
  'a result that is a failure is returned all the same': async (s) => {
    const rig = new Rig(s, { tracker: s.core.resultWhere((value) => value === 500) })
    assert.strictEqual(await rig.breaker.call(() => 500), 500)
    assert.strictEqual(rig.recorded, '1/1')
    assert.notProperty(rig.events[0], 'error')
  },
  'a call by the real clock is timed by it': async ({ core }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    await breaker.call(() => new Promise((done) => setTimeout(done, 20)))
    const { totalDurationMs } = breaker.snapshot().metrics
    assert.isAtLeast(totalDurationMs, 10) // coarse clocks and early timers
    assert.isAtMost(totalDurationMs, 4_000)
    assert.closeTo(breaker.snapshot().since, Date.now(), 60_000)
  },
})

const synchronous = cases('4. callSync', {
  'callSync() returns and throws what fn does, and records it': (s) => {
    const rig = new Rig(s)
    const value = {}
    const error = new Error('down')
    assert.strictEqual(
      rig.breaker.callSync(() => {
        rig.clock.advance(5)
        return value
      }),
      value,
    )
    assert.strictEqual(
      thrown(() => rig.breaker.callSync(fail(error))),
      error,
    )
    assert.strictEqual(rig.recorded, '2/1')
    assert.strictEqual(rig.breaker.snapshot().metrics.totalDurationMs, 5)
  },
  'callSync() opens the circuit, and throws the rejection then': (s) => {
    const rig = new Rig(s)
    for (let i = 0; i < 3; i++) thrown(() => rig.breaker.callSync(fail(new Error('down'))))
    let ran = false
    const error = thrown(() =>
      rig.breaker.callSync(() => {
        ran = true
      }),
    )
    assert.instanceOf(error, s.core.CallNotPermittedError)
    assert.isFalse(ran)
  },
  'callSync() refuses a promise with a TypeError that says to use call, and records nothing': (
    s,
  ) => {
    const rig = new Rig(s)
    for (const promised of [
      Promise.resolve(1),
      Promise.reject(new Error('nobody hears this')),
      thenable(() => assert.fail('nobody is to wait for it')),
    ]) {
      const error = thrown(() => rig.breaker.callSync(() => promised))
      assert.instanceOf(error, TypeError)
      assert.match(String(error), /\bcall\(\)/)
    }
    assert.strictEqual(rig.recorded, '0/0')
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
  'callSync() that is given a promise gives its probe back': (s) => {
    const rig = new Rig(s, { probes: 1 }).enter('half_open')
    thrown(() => rig.breaker.callSync(() => Promise.resolve(1)))
    assert.strictEqual(rig.state, 'half_open')
    assert.isTrue(rig.admits())
  },
  'callSync() falls back for an error and for a rejection': (s) => {
    const { breaker } = new Rig(s)
    const error = new Error('down')
    const given: unknown[] = []
    const fallback = (why: unknown) => {
      given.push(why)
      return 'instead'
    }
    assert.strictEqual(breaker.callSync(fail(error), { fallback }), 'instead')
    breaker.forceOpen()
    assert.strictEqual(
      breaker.callSync(() => 'never', { fallback }),
      'instead',
    )
    assert.strictEqual(given[0], error)
    assert.isTrue(s.core.isCallNotPermitted(given[1]))
    assert.strictEqual(given.length, 2)
  },
  'callSync() throws what its fallback throws': (s) => {
    const { breaker } = new Rig(s)
    const second = new Error('second')
    const error = thrown(() =>
      breaker.callSync(fail(new Error('first')), { fallback: fail(second) }),
    )
    assert.strictEqual(error, second)
  },
})

export const callCases: readonly ConformanceCase[] = [...asynchronous, ...synchronous]
