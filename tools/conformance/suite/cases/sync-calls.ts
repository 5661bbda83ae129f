import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thenableWith } from '@fluxgate/testkit/thenable'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const fail = (error: unknown) => () => {
  throw error
}

export const syncCallCases = cases('4. callSync', {
  'callSync() returns and throws what fn does, and records it': (s) => {
    const rig = new SubjectRig(s)
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
  'callSync() opens the circuit and then throws the rejection': (s) => {
    const rig = new SubjectRig(s)
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
  'callSync() throws a TypeError for a promise and records nothing': (s) => {
    const rig = new SubjectRig(s)
    for (const promised of [
      Promise.resolve(1),
      Promise.reject(new Error('must be handled')),
      thenableWith(() => assert.fail('a lazy thenable was started')),
    ]) {
      const error = thrown(() => rig.breaker.callSync(() => promised))
      assert.instanceOf(error, TypeError)
      assert.match(String(error), /\bcall\(\)/)
    }
    assert.strictEqual(rig.recorded, '0/0')
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
  'callSync() frees its probe slot when fn returns a promise': (s) => {
    const rig = new SubjectRig(s, { probes: 1 }).enter('half_open')
    thrown(() => rig.breaker.callSync(() => Promise.resolve(1)))
    assert.strictEqual(rig.state, 'half_open')
    assert.isTrue(rig.admits())
  },
  'callSync() runs its fallback for an error and for a rejection': (s) => {
    const { breaker } = new SubjectRig(s)
    const error = new Error('down')
    const received: unknown[] = []
    const fallback = (error: unknown) => {
      received.push(error)
      return 'instead'
    }
    assert.strictEqual(breaker.callSync(fail(error), { fallback }), 'instead')
    breaker.forceOpen()
    assert.strictEqual(
      breaker.callSync(() => 'never', { fallback }),
      'instead',
    )
    assert.strictEqual(received[0], error)
    assert.isTrue(s.core.isCallNotPermitted(received[1]))
    assert.strictEqual(received.length, 2)
  },
  'callSync() throws what its fallback throws': (s) => {
    const { breaker } = new SubjectRig(s)
    const second = new Error('second')
    const error = thrown(() =>
      breaker.callSync(fail(new Error('first')), { fallback: fail(second) }),
    )
    assert.strictEqual(error, second)
  },
  'callSync() calls fn without arguments': (s) => {
    let received: unknown[] = ['not called']
    new SubjectRig(s).breaker.callSync((...args: unknown[]) => {
      received = args
    })
    assert.deepEqual(received, [])
  },
  'callSync() may run inside callSync() of the same circuit': (s) => {
    const rig = new SubjectRig(s)
    const { breaker } = rig
    assert.strictEqual(
      breaker.callSync(() => breaker.callSync(() => breaker.inFlight)),
      2,
    )
    assert.strictEqual(rig.recorded, '2/0')
  },
  'callSync() probes an open circuit that is due': (s) => {
    const rig = new SubjectRig(s, { probes: 1 }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    assert.strictEqual(
      rig.breaker.callSync(() => 1),
      1,
    )
    assert.strictEqual(rig.state, 'closed')
  },
  'callSync() does not run its fallback when fn returns a promise or a value': (s) => {
    const { breaker } = new SubjectRig(s)
    const fallback = () => assert.fail('the fallback ran')
    assert.instanceOf(
      thrown(() => breaker.callSync(() => Promise.resolve(1), { fallback })),
      TypeError,
    )
    assert.strictEqual(
      breaker.callSync(() => 1, { fallback }),
      1,
    )
  },
  'callSync() rejects a function with a then, and returns values without one': (s) => {
    const { breaker } = new SubjectRig(s)
    const callable = Object.defineProperty(() => {}, 'then', { value: () => {} })
    assert.match(String(thrown(() => breaker.callSync(() => callable))), /use call\(\)/)
    for (const value of [{}, null, undefined, 'then']) {
      assert.strictEqual(
        breaker.callSync(() => value),
        value,
      )
    }
  },
})
