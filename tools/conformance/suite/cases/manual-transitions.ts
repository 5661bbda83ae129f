import type { CallNotPermittedError, State } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

interface Method {
  by: 'reset' | 'forceOpen' | 'disable' | 'metricsOnly' | 'trip' | 'halfOpen'
  to: State
  reason: string
}

const methods: Method[] = [
  { by: 'reset', to: 'closed', reason: 'reset manually' },
  { by: 'forceOpen', to: 'forced_open', reason: 'forced open manually' },
  { by: 'disable', to: 'disabled', reason: 'disabled manually' },
  { by: 'metricsOnly', to: 'metrics_only', reason: 'set to metrics only manually' },
  { by: 'trip', to: 'open', reason: 'tripped manually' },
  { by: 'halfOpen', to: 'half_open', reason: 'half-opened manually' },
]

const pairs = states.flatMap((from) => methods.map((method) => ({ from, ...method })))

const pairCases = table(
  '3. Manual transitions',
  pairs,
  ({ from, by, to }) =>
    `${by}() in ${from} ${from === to ? 'has no effect' : `enters ${to} with one signal`}`,
  ({ from, by, to, reason }, subject) => {
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
      reason,
      timestamp: since,
    })
    assert.deepInclude(rig.breaker.snapshot(), { cause: 'manual', reason, healthy: false })
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
      rig.clock.advance(121)
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
    rig.clock.advance(18)
    assert.isFalse(rig.admits())
    rig.clock.advance(1)
    assert.isTrue(rig.admits())
    assert.deepEqual(rig.transitions, ['open>half_open'])
  },
  'trip({ forMs }) in open keeps the cause of the rejections': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(3, new Error('down'))
    const { reason = '' } = rig.breaker.snapshot()
    rig.breaker.trip({ forMs: 10 })
    const { cause } = thrown(() => rig.breaker.acquire()) as CallNotPermittedError
    assert.deepEqual(cause, { name: 'Error', message: 'down' })
    assert.deepInclude(rig.breaker.snapshot(), { cause: 'rule', reason })
  },
  'trip({ reason }) sets the reason of the signal': (s) => {
    const rig = new SubjectRig(s)
    rig.breaker.trip({ reason: 'deploy of 09:30' })
    assert.strictEqual(rig.signals[0]?.reason, 'deploy of 09:30')
  },
  'a manual transition resets reopens to 0': (s) => {
    for (const { by, to } of methods) {
      if (to === 'open' || to === 'half_open') continue // its current state, or kept
      const rig = reopened(new SubjectRig(s, { probes: 1 }))
      rig.breaker[by]()
      assert.strictEqual(rig.breaker.snapshot().reopens, 0, by)
    }
  },
  'the largest reopens stays a number that trip() and restore() accept': (s) => {
    const reopens = Number.MAX_SAFE_INTEGER
    const rig = new SubjectRig(s, { probes: 1 })
    rig.breaker.trip({ reopens })
    rig.clock.advance(COOLDOWN_MS)
    rig.fail()
    const snapshot = rig.breaker.snapshot()
    assert.deepInclude(snapshot, { state: 'open', reopens })
    assert.doesNotThrow(() => new s.core.CircuitBreaker({ name: 'x', initial: snapshot }))
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

const halfOpenCases = cases('3. Manual transitions', {
  'halfOpen() in open keeps reopens and the error that opened the circuit': (s) => {
    const rig = reopened(new SubjectRig(s, { probes: 1 }))
    rig.breaker.halfOpen()
    assert.deepInclude(rig.breaker.snapshot(), { state: 'half_open', reopens: 2 })
    const probe = rig.breaker.acquire()
    const { cause } = thrown(() => rig.breaker.acquire()) as CallNotPermittedError
    assert.deepEqual(cause, { name: 'Error', message: 'down' })
    probe.failure(new Error('still down'))
    assert.strictEqual(rig.breaker.snapshot().reopens, 3)
  },
  'halfOpen() in other states begins with reopens 0 and admits the probes': (s) => {
    for (const state of ['closed', 'metrics_only', 'disabled', 'forced_open'] as const) {
      const rig = new SubjectRig(s, { probes: 2 }).enter(state)
      rig.breaker.halfOpen()
      assert.strictEqual(rig.breaker.snapshot().reopens, 0)
      rig.succeed(2)
      assert.deepEqual(rig.transitions, [`${state}>half_open`, 'half_open>closed'])
    }
  },
  'halfOpen() in half_open keeps the probes': (s) => {
    const rig = new SubjectRig(s, { probes: 2 }).enter('half_open')
    const probe = rig.breaker.acquire()
    rig.breaker.halfOpen()
    probe.success()
    assert.strictEqual(rig.recorded, '1/0')
    assert.deepEqual(rig.signals, [])
  },
  'trip({ reopens }) continues the retry schedule': (s) => {
    const retry = s.core.backoff({ initialMs: 100 })
    const rig = new SubjectRig(s, { retry, probes: 1 })
    rig.breaker.trip({ reopens: 3 })
    const { reopens, retryAt } = rig.breaker.snapshot()
    assert.strictEqual(reopens, 3)
    assert.strictEqual(retryAt, rig.clock.timestamp() + 800)
    rig.clock.advance(800)
    rig.fail()
    assert.strictEqual(rig.breaker.snapshot().reopens, 4)
  },
  'trip({ forMs, reopens }) in open sets both': (s) => {
    const rig = new SubjectRig(s).enter('open')
    rig.breaker.trip({ reopens: 5 })
    assert.strictEqual(rig.breaker.snapshot().reopens, 0)
    rig.breaker.trip({ forMs: 7, reopens: 5 })
    assert.deepInclude(rig.breaker.snapshot(), {
      reopens: 5,
      retryAt: rig.clock.timestamp() + 7,
    })
  },
  'trip() refuses reopens that is not a whole number of at least 0': (s) => {
    const { breaker } = new SubjectRig(s)
    for (const reopens of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null]) {
      const { message } = thrown(() => breaker.trip({ reopens } as never)) as Error
      assert.include(message, 'trip: reopens must be a whole number of at least 0')
    }
    assert.strictEqual(breaker.state, 'closed')
  },
})

export const manualTransitionCases: readonly ConformanceCase[] = [
  ...pairCases,
  ...details,
  ...halfOpenCases,
]
