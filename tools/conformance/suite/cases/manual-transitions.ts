import type { State } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

interface Method {
  by: 'reset' | 'forceOpen' | 'disable' | 'metricsOnly' | 'trip'
  to: State
}

const methods: Method[] = [
  { by: 'reset', to: 'closed' },
  { by: 'forceOpen', to: 'forced_open' },
  { by: 'disable', to: 'disabled' },
  { by: 'metricsOnly', to: 'metrics_only' },
  { by: 'trip', to: 'open' },
]

const pairs = states.flatMap((from) => methods.map((method) => ({ from, ...method })))

const pairCases = table(
  '3. Manual transitions',
  pairs,
  ({ from, by, to }) =>
    `${by}() in ${from} ${from === to ? 'has no effect' : `enters ${to} with one signal`}`,
  ({ from, by, to }, subject) => {
    const rig = new SubjectRig(subject).enter(from)
    const before = rig.breaker.snapshot()
    rig.clock.advance(250)
    rig.breaker[by]()
    assert.strictEqual(rig.state, to)
    const { since, reopens, retryAt } = rig.breaker.snapshot()
    assert.strictEqual(reopens, 0)
    if (from === to) {
      assert.deepEqual(rig.signals, [])
      assert.strictEqual(since, before.since)
      assert.strictEqual(retryAt, before.retryAt)
      return
    }
    assert.strictEqual(since, rig.clock.timestamp())
    assert.strictEqual(retryAt, to === 'open' ? rig.clock.timestamp() + COOLDOWN_MS : undefined)
    assert.strictEqual(rig.signals.length, 1)
    assert.deepInclude(rig.signals[0], {
      circuitName: 'payments',
      oldState: from,
      newState: to,
      cause: 'manual',
      timestamp: since,
    })
    assert.strictEqual(rig.signals[0]?.retryAt, retryAt)
    assert.notProperty(rig.signals[0], 'report')
  },
)

/** A circuit that has opened three times in a row. */
function reopened(rig: SubjectRig): SubjectRig {
  rig.fail(3)
  while (rig.breaker.snapshot().reopens < 2) {
    rig.clock.advance((rig.breaker.snapshot().retryAt ?? 0) - rig.clock.timestamp())
    rig.fail()
  }
  return rig.clearRecords()
}

const details = cases('3. Manual transitions', {
  'reset() in closed empties window and streak without a signal': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(2)
    const { since } = rig.breaker.snapshot()
    rig.clock.advance(100)
    rig.breaker.reset()
    assert.strictEqual(rig.recorded, '0/0')
    assert.strictEqual(rig.breaker.snapshot().since, since)
    assert.deepEqual(rig.signals, [])
    rig.fail(2)
    assert.strictEqual(rig.state, 'closed')
  },
  'metricsOnly() in metrics_only keeps the window': (s) => {
    const rig = new SubjectRig(s).enter('metrics_only')
    rig.succeed(2)
    rig.breaker.metricsOnly()
    assert.strictEqual(rig.recorded, '2/0')
  },
  'trip() opens for the delay of the retry schedule': (s) => {
    const rig = new SubjectRig(s, { retry: s.core.backoff({ initialMs: 70 }) })
    rig.breaker.trip()
    assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + 70)
  },
  'trip({ forMs }) opens for forMs instead of the delay of the schedule': (s) => {
    for (const retry of [s.core.retryNever(), s.core.cooldown(5)]) {
      const rig = new SubjectRig(s, { retry })
      rig.breaker.trip({ forMs: 123 })
      assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + 123)
      rig.clock.advance(122)
      assert.isFalse(rig.admits())
      rig.clock.advance(1)
      assert.isTrue(rig.admits())
    }
  },
  'trip({ forMs }) in open changes retryAt without a signal': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(3)
    rig.clearRecords()
    const { since } = rig.breaker.snapshot()
    rig.clock.advance(10)
    for (const forMs of [50_000, 20]) {
      rig.breaker.trip({ forMs })
      assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + forMs)
      assert.strictEqual(rig.breaker.snapshot().since, since)
    }
    rig.clock.advance(19)
    assert.isFalse(rig.admits())
    rig.clock.advance(1)
    assert.isTrue(rig.admits())
    assert.deepEqual(rig.transitions, ['open>half_open'])
  },
  'trip({ forMs }) in open keeps the error that opened the circuit as the cause': (s) => {
    const rig = new SubjectRig(s)
    const down = new Error('down')
    rig.fail(3, down)
    rig.breaker.trip({ forMs: 10 })
    try {
      rig.breaker.acquire()
      assert.fail('admitted')
    } catch (error) {
      assert.strictEqual((error as Error).cause, down)
    }
  },
  'trip({ reason }) sets the reason of the signal': (s) => {
    const rig = new SubjectRig(s)
    rig.breaker.trip({ reason: 'deploy of 09:30' })
    assert.strictEqual(rig.signals[0]?.reason, 'deploy of 09:30')
  },
  'a manual transition resets reopens to 0': (s) => {
    for (const { by, to } of methods) {
      if (to === 'open') continue // its current state
      const rig = reopened(new SubjectRig(s, { probes: 1 }))
      rig.breaker[by]()
      assert.strictEqual(rig.breaker.snapshot().reopens, 0, by)
    }
  },
  'trip({ forMs }) in open resets reopens to 0': (s) => {
    const rig = reopened(new SubjectRig(s, { probes: 1 }))
    rig.breaker.trip({ forMs: 10 })
    assert.strictEqual(rig.breaker.snapshot().reopens, 0)
  },
  'trip() in half_open does not count as a reopening': (s) => {
    const rig = new SubjectRig(s, { probes: 1, retry: s.core.backoff({ initialMs: 100 }) })
    rig.fail(3)
    rig.clock.advance(100)
    rig.fail()
    rig.clock.advance(200)
    rig.admits()
    rig.breaker.trip()
    assert.strictEqual(rig.breaker.snapshot().reopens, 0)
    assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + 100)
  },
  'metricsOnly() in metrics_only keeps the epoch of the calls in flight': (s) => {
    const rig = new SubjectRig(s).enter('metrics_only')
    const early = rig.breaker.acquire()
    rig.breaker.metricsOnly()
    early.success()
    assert.strictEqual(rig.recorded, '1/0')
    assert.isFalse(rig.events[0]?.stale)
  },
  'trip() with wrong options leaves the circuit closed': (s) => {
    const rig = new SubjectRig(s)
    for (const options of [{ forMs: 0 }, { reason: 5 }, { formS: 5 }, 'soon']) {
      thrown(() => rig.breaker.trip(options as never))
      assert.strictEqual(rig.state, 'closed')
    }
  },
  'the retry schedule starts over after trip({ forMs }) in open': (s) => {
    const retry = s.core.backoff({ initialMs: COOLDOWN_MS })
    const rig = reopened(new SubjectRig(s, { probes: 1, retry }))
    rig.breaker.trip({ forMs: 1 })
    rig.clock.advance(1)
    rig.fail()
    const { reopens, retryAt } = rig.breaker.snapshot()
    assert.strictEqual(reopens, 1)
    assert.strictEqual(retryAt, rig.clock.timestamp() + 2 * COOLDOWN_MS)
  },
})

export const manualTransitionCases: readonly ConformanceCase[] = [...pairCases, ...details]
