import type { CallNotPermittedError } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const rejected = (rig: SubjectRig) => thrown(() => rig.breaker.acquire()) as CallNotPermittedError

export const rejectionCases = cases('4. Rejection', {
  'a rejection has the circuit, its state, the retry time and the cause': (s) => {
    const rig = new SubjectRig(s)
    const down = new Error('down')
    rig.fail(2)
    rig.fail(1, down)
    rig.clock.advance(400)
    const error = rejected(rig)
    assert.instanceOf(error, s.core.CallNotPermittedError)
    assert.instanceOf(error, Error)
    assert.strictEqual(error.name, 'CallNotPermittedError')
    assert.strictEqual(error.circuitName, 'payments')
    assert.strictEqual(error.state, 'open')
    assert.strictEqual(error.retryAfterMs, COOLDOWN_MS - 400)
    assert.strictEqual(error.retryAt, rig.clock.timestamp() + COOLDOWN_MS - 400)
    assert.deepEqual(error.cause, { name: 'Error', message: 'down' })
    assert.isTrue(Object.isFrozen(error.cause))
    assert.strictEqual(error.reason, rig.signals[0]?.reason)
    assert.match(error.message, /"payments" is open.* 600 ms/)
  },
  'a rejection has no retry time in forced_open and half_open': (s) => {
    const forced = rejected(new SubjectRig(s).enter('forced_open'))
    assert.strictEqual(forced.state, 'forced_open')
    assert.notProperty(forced, 'retryAt')
    assert.notProperty(forced, 'retryAfterMs')
    assert.notProperty(forced, 'cause')
    const rig = new SubjectRig(s, { probes: 1 })
    const down = new Error('down')
    rig.fail(3, down)
    rig.clock.advance(COOLDOWN_MS)
    rig.breaker.acquire()
    const full = rejected(rig)
    assert.strictEqual(full.state, 'half_open')
    assert.notProperty(full, 'retryAt')
    assert.deepEqual(full.cause, { name: 'Error', message: 'down' })
  },
  'a rejection has no cause when a result or a manual transition opened the circuit': (s) => {
    const byHand = new SubjectRig(s)
    byHand.breaker.trip()
    assert.notProperty(rejected(byHand), 'cause')
    const byResult = new SubjectRig(s, { tracker: s.core.resultWhere(() => true) })
    byResult.succeed(3)
    assert.strictEqual(byResult.state, 'open')
    assert.notProperty(rejected(byResult), 'cause')
  },
  'the cause is the error of the last opening': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    rig.fail(3, new Error('first'))
    rig.clock.advance(COOLDOWN_MS)
    const second = new Error('second')
    rig.fail(1, second)
    assert.deepEqual(rejected(rig).cause, { name: 'Error', message: 'second' })
  },
  'each rejection is a new error': (s) => {
    const rig = new SubjectRig(s).enter('forced_open')
    assert.notStrictEqual(rejected(rig), rejected(rig))
  },
  'call() rejects without running fn, and the rejection is not recorded': async (s) => {
    const rig = new SubjectRig(s).enter('open')
    let ran = false
    const error = await rejection(
      rig.breaker.call(() => {
        ran = true
      }),
    )
    assert.instanceOf(error, s.core.CallNotPermittedError)
    assert.isFalse(ran)
    assert.strictEqual(rig.recorded, '0/0')
    assert.strictEqual(rig.breaker.rejections, 1)
    assert.deepEqual(rig.events, [
      {
        circuitName: 'payments',
        outcome: 'rejected',
        durationMs: 0,
        state: 'open',
        timestamp: rig.clock.timestamp(),
        stale: false,
      },
    ])
  },
  'the first rejection after retryAt has the state half_open': (s) => {
    const rig = new SubjectRig(s, { permit: s.core.admitWhen('never', () => false) })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    assert.strictEqual(rejected(rig).state, 'half_open')
    assert.strictEqual(rig.events.at(-1)?.state, 'half_open')
  },
  'retryAfterMs is rounded up to whole milliseconds': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(3)
    rig.clock.advance(0.25)
    const { retryAfterMs = 0, message } = rejected(rig)
    assert.strictEqual(retryAfterMs, COOLDOWN_MS)
    assert.match(message, /retry in 1000 ms$/)
    rig.clock.advance(retryAfterMs)
    assert.isTrue(rig.admits())
  },
  'a rejection has the state that rejected it, although a listener resets the circuit': (s) => {
    const rig = new SubjectRig(s, { permit: s.core.admitWhen('never', () => false) })
    rig.breaker.subscribe(({ newState }) => {
      if (newState === 'half_open') rig.breaker.reset()
    })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    assert.strictEqual(rejected(rig).state, 'half_open')
    assert.strictEqual(rig.state, 'closed')
  },
})
