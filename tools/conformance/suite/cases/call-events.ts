import type { CallEvent } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const down = new TypeError('down')
const fail = () => {
  throw down
}

/** The event of a call that took 40 ms while closed, changed by `parts`. */
const event = (rig: SubjectRig, parts: Partial<CallEvent>) => ({
  circuitName: 'payments',
  durationMs: 40,
  state: 'closed',
  timestamp: rig.clock.timestamp(),
  stale: false,
  ...parts,
})

export const callEventCases = cases('5. Call events', {
  'an event has the outcome, the duration, the state and the error of its call': async (s) => {
    const success = new SubjectRig(s)
    success.succeed(1, 40)
    assert.deepEqual<unknown[]>(success.events, [event(success, { outcome: 'success' })])
    const failure = new SubjectRig(s)
    failure.fail(1, down, 40)
    assert.deepEqual<unknown[]>(failure.events, [
      event(failure, { outcome: 'failure', error: down }),
    ])
    const ignored = new SubjectRig(s, { ignore: s.core.errorType(TypeError) })
    ignored.fail(1, down, 40)
    assert.deepEqual<unknown[]>(ignored.events, [
      event(ignored, { outcome: 'ignored', error: down }),
    ])
    const answer = new SubjectRig(s, { tracker: s.core.errorType(RangeError) })
    answer.fail(1, down, 40)
    assert.deepEqual<unknown[]>(answer.events, [event(answer, { outcome: 'success', error: down })])
    const aborted = new SubjectRig(s)
    const controller = new AbortController()
    const { signal } = controller
    const call = aborted.breaker.call(() => new Promise(() => {}), { signal })
    aborted.clock.advance(40)
    controller.abort(down)
    await rejection(call)
    assert.deepEqual<unknown[]>(aborted.events, [
      event(aborted, { outcome: 'aborted', error: down }),
    ])
  },
  'the event of a rejection has the state that rejected the call, and no duration': (s) => {
    for (const state of ['open', 'half_open', 'forced_open'] as const) {
      const rig = new SubjectRig(s, { probes: 1 }).enter(state)
      if (state === 'half_open') rig.breaker.acquire()
      assert.isUndefined(rig.breaker.tryAcquire())
      assert.deepEqual<unknown[]>(rig.events, [
        event(rig, { outcome: 'rejected', durationMs: 0, state }),
      ])
    }
  },
  'the event of a call that changes the state is not stale and has the earlier state': (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.failureRate(0.1), probes: 1 })
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    assert.deepEqual(
      rig.events.map(({ state, stale }) => [state, stale]),
      [
        ['closed', false],
        ['half_open', false],
      ],
    )
  },
  'every kind of call emits exactly one event': async (s) => {
    const rig = new SubjectRig(s)
    const { breaker } = rig
    await breaker.call(() => 1)
    await rejection(breaker.call(fail))
    breaker.callSync(() => 1)
    await breaker.wrap(() => 1)()
    breaker.wrapSync(() => 1)()
    thrown(() => breaker.callSync(fail))
    breaker.acquire().release()
    await breaker.call(() => 1, { timeoutMs: 60_000, fallback: () => 2 })
    assert.deepEqual(rig.outcomes, [
      'success',
      'failure',
      'success',
      'success',
      'success',
      'failure',
      'ignored',
      'success',
    ])
  },
  'disabled emits no events': async (s) => {
    const rig = new SubjectRig(s).enter('disabled')
    rig.succeed()
    rig.fail()
    rig.breaker.acquire().release()
    await rejection(rig.breaker.call(fail))
    assert.deepEqual(rig.events, [])
  },
  'the event of the call that opens the circuit precedes the signal': (s) => {
    const order: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        {
          onCall: ({ outcome }) => void order.push(outcome),
          onSignal: ({ newState }) => void order.push(newState),
        },
      ],
    })
    rig.fail(3)
    assert.deepEqual(order, ['failure', 'failure', 'failure', 'open'])
  },
  'call events come in the order of settlement': async (s) => {
    const rig = new SubjectRig(s, {
      tracker: s.core.errorType(TypeError),
      ignore: s.core.errorType(RangeError),
    })
    rig.succeed(1, 5)
    rig.fail(1, new TypeError('counts'), 6)
    rig.fail(1, new RangeError('ignored'), 7)
    rig.fail(1, new Error('answer'), 8)
    const controller = new AbortController()
    const reason = new Error('stop')
    const call = rig.breaker.call(() => new Promise(() => {}), { signal: controller.signal })
    controller.abort(reason)
    await Promise.allSettled([call])
    rig.breaker.forceOpen()
    rig.admits()
    assert.deepEqual(
      rig.events.map(({ outcome, durationMs, state, error }) => [
        outcome,
        durationMs,
        state,
        error instanceof Error ? error.message : error,
      ]),
      [
        ['success', 5, 'closed', undefined],
        ['failure', 6, 'closed', 'counts'],
        ['ignored', 7, 'closed', 'ignored'],
        ['success', 8, 'closed', 'answer'],
        ['aborted', 0, 'closed', 'stop'],
        ['rejected', 0, 'forced_open', undefined],
      ],
    )
    assert.isTrue(rig.events.every((event) => Object.isFrozen(event)))
  },
  'the event of a rejection that caused a transition follows its signal': (s) => {
    const order: string[] = []
    const permit = s.core.admitWhen('never', () => false)
    const rig = new SubjectRig(s, {
      permit,
      listeners: [
        {
          onSignal: ({ newState }) => void order.push(newState),
          onCall: ({ outcome }) => void order.push(outcome),
        },
      ],
    })
    rig.breaker.trip({ forMs: 10 })
    rig.clock.advance(10)
    rig.admits()
    assert.deepEqual(order, ['open', 'half_open', 'rejected'])
  },
  'call events are built only while a listener has onCall': (s) => {
    let reads = 0
    const clock = { now: () => 0, timestamp: () => ++reads }
    const breaker = new s.core.CircuitBreaker({ name: 'x', clock, listeners: [() => {}] })
    const readsOf = (run: () => unknown) => {
      const before = reads
      run()
      return reads - before
    }
    assert.strictEqual(
      readsOf(() => breaker.callSync(() => 1)),
      0,
    )
    const unsubscribe = breaker.subscribe({ onCall: () => {} })
    assert.strictEqual(
      readsOf(() => breaker.callSync(() => 1)),
      1,
    )
    unsubscribe()
    assert.strictEqual(
      readsOf(() => breaker.callSync(() => 1)),
      0,
    )
  },
})
