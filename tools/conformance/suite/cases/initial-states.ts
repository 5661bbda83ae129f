import type { BreakerOptions, CallNotPermittedError, Snapshot } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const initialStates = table(
  '3. Initial state',
  states,
  (state) => `initial: '${state}' starts a circuit there, without a signal and a reason`,
  (state, s) => {
    const rig = new SubjectRig(s, { initial: state })
    const { metrics, ...snapshot } = rig.breaker.snapshot()
    assert.deepEqual<unknown>(snapshot, {
      name: 'payments',
      state,
      since: rig.clock.timestamp(),
      ...(state === 'open' && { retryAt: rig.clock.timestamp() + COOLDOWN_MS }),
      reopens: 0,
      healthy: false,
      permitted: state !== 'open' && state !== 'forced_open',
    })
    assert.strictEqual(metrics.total, 0)
    assert.deepEqual(rig.signals, [])
  },
)

/** Takes a snapshot through JSON, as a file or a database does. */
const saved = ({ breaker }: SubjectRig): Snapshot => JSON.parse(JSON.stringify(breaker.snapshot()))

/** A circuit that continues `snapshot` after `laterMs`. */
function restarted(
  s: Subject,
  initial: Snapshot,
  laterMs: number,
  options?: Partial<BreakerOptions>,
) {
  const clock = new s.testing.ManualClock()
  clock.advance(laterMs)
  return { clock, rig: new SubjectRig(s, { initial, clock, ...options }) }
}

const restoredStates = table(
  '3. Initial state',
  states,
  (state) => `a snapshot of ${state} continues with its reason, and without a signal`,
  (state, s) => {
    const before = new SubjectRig(s)
    if (state === 'closed') before.enter('forced_open').breaker.reset()
    else if (state === 'open') before.fail(3)
    else before.enter(state)
    before.fail(state === 'closed' ? 1 : 0)
    const snapshot = saved(before)
    const { clock, rig } = restarted(s, snapshot, 500)
    if (state === 'half_open') clock.advance(before.clock.timestamp() - clock.timestamp())
    const { metrics: _, report: __, permitted: ___, since: ____, ...expected } = snapshot
    const { metrics, ...actual } = rig.breaker.snapshot()
    assert.deepInclude(actual, expected)
    assert.deepInclude(metrics, { total: 0, failures: 0, failureStreak: 0 })
    assert.notProperty(actual, 'report')
    assert.deepEqual(rig.signals, [])
    if (state !== 'half_open') assert.strictEqual(actual.since, snapshot.since)
  },
)

const restoring = cases('3. Initial state', {
  'a restored open circuit keeps the time that remains, and its reopens': (s) => {
    const retry = s.core.backoff({ initialMs: 100 })
    const before = new SubjectRig(s, { retry })
    before.breaker.trip({ reopens: 4 })
    const { clock, rig } = restarted(s, saved(before), 1_000, { retry, probes: 1 })
    assert.strictEqual(rig.breaker.snapshot().retryAt, before.breaker.snapshot().retryAt)
    const { retryAfterMs, reason } = thrown(() => rig.breaker.acquire()) as CallNotPermittedError
    assert.deepEqual([retryAfterMs, reason], [600, 'tripped manually'])
    clock.advance(600)
    rig.breaker.acquire().failure(new Error('still down'))
    const { reopens, retryAt } = rig.breaker.snapshot()
    assert.deepEqual([reopens, retryAt], [5, clock.timestamp() + 3_200])
  },
  'a restored open circuit never waits longer than the delay that was drawn': (s) => {
    const before = new SubjectRig(s)
    before.clock.advance(365 * 86_400_000) // the wall clock of the other process was ahead
    before.fail(3)
    const { clock, rig } = restarted(s, saved(before), 0)
    const { retryAt, since } = rig.breaker.snapshot()
    assert.strictEqual(retryAt, clock.timestamp() + COOLDOWN_MS)
    assert.isAtMost(since, clock.timestamp())
  },
  'a restored open circuit whose retryAt has passed probes at once': (s) => {
    const before = new SubjectRig(s)
    before.fail(3)
    const { rig } = restarted(s, saved(before), 86_400_000)
    assert.isTrue(rig.breaker.snapshot().permitted)
    assert.isTrue(rig.admits())
    assert.deepEqual(rig.transitions, ['open>half_open'])
  },
  'a restored open circuit without retryAt never probes by itself': (s) => {
    const retry = s.core.retryNever()
    const before = new SubjectRig(s, { retry })
    before.fail(3)
    const { clock, rig } = restarted(s, saved(before), 0)
    clock.advance(365 * 86_400_000)
    assert.isFalse(rig.admits())
    assert.notProperty(rig.breaker.snapshot(), 'retryAt')
  },
  'a restored half-open circuit starts its probes and its ramp again': (s) => {
    const permit = s.core.rampUp({ from: 0.1, to: 1, durationMs: 10_000 })
    const options = { permit, probes: 1, random: () => 0.05 }
    const before = new SubjectRig(s, options).enter('half_open')
    before.succeed()
    assert.isTrue(before.breaker.snapshot().healthy)
    const { clock, rig } = restarted(s, saved(before), 60_000, options)
    assert.deepInclude(rig.breaker.snapshot(), { healthy: false, since: clock.timestamp() })
    rig.breaker.acquire().success()
    assert.isTrue(rig.breaker.snapshot().healthy)
    clock.advance(9_999)
    rig.admits()
    assert.strictEqual(rig.state, 'half_open')
    clock.advance(1)
    rig.admits()
    assert.strictEqual(rig.state, 'closed')
  },
  'a snapshot of a restored circuit restores it again': (s) => {
    const before = new SubjectRig(s)
    before.fail(3)
    const { rig: second } = restarted(s, saved(before), 300)
    const { clock, rig: third } = restarted(s, saved(second), 600)
    assert.strictEqual(third.breaker.snapshot().retryAt, before.breaker.snapshot().retryAt)
    assert.isFalse(third.admits())
    clock.advance(399)
    assert.isTrue(third.admits())
  },
  'a long reason is cut to 1,000 characters': (s) => {
    const before = new SubjectRig(s)
    before.breaker.trip({ reason: 'x'.repeat(100_000) })
    const { rig } = restarted(s, saved(before), 0)
    assert.strictEqual(rig.breaker.snapshot().reason, 'x'.repeat(1_000))
  },
  'a wrong initial throws an error that names the field and quotes the value': (s) => {
    const valid = saved(new SubjectRig(s).enter('open'))
    const wrong: [unknown, string][] = [
      ['ajar', 'initial must be one of closed, open'],
      ['__proto__', 'initial must be one of closed, open'],
      [7, 'initial must be an object, got 7'],
      [{ ...valid, state: ['open'] }, 'initial: state must be one of closed, open'],
      [{ ...valid, state: undefined }, 'initial: state must be one of closed, open'],
      [{ ...valid, since: '2026' }, 'initial: since must be a time in Unix ms, got "2026"'],
      [{ ...valid, since: -1 }, 'initial: since must be a time in Unix ms, got -1'],
      [{ ...valid, retryAt: Number.NaN }, 'initial: retryAt must be a time in Unix ms, got NaN'],
      [
        { ...valid, retryAt: Number.POSITIVE_INFINITY },
        'initial: retryAt must be a time in Unix ms, got Infinity',
      ],
      [{ ...valid, reopens: -1 }, 'initial: reopens must be a whole number of at least 0, got -1'],
      [{ ...valid, reopens: 1e300 }, 'initial: reopens must be a whole number of at least 0'],
      [{ ...valid, reason: 5 }, 'initial: reason must be a string, got 5'],
      [{ ...valid, cause: 'magic' }, 'initial: cause must be one of rule, retry'],
    ]
    for (const [initial, message] of wrong) {
      const error = thrown(() => new SubjectRig(s, { initial } as never))
      assert.instanceOf(error, Error)
      assert.include((error as Error).message, `CircuitBreaker: ${message}`)
    }
  },
  'initial: open takes its delay from the schedule, once': (s) => {
    let drawn = 0
    const retry = s.core.retryWhen('own', ({ reopens, error }) => {
      drawn++
      assert.deepEqual([reopens, error], [0, undefined])
      return 70
    })
    const rig = new SubjectRig(s, { initial: 'open', retry })
    rig.admits()
    assert.strictEqual(drawn, 1)
    rig.clock.advance(69)
    assert.isTrue(rig.admits())
  },
})

export const initialStateCases: readonly ConformanceCase[] = [
  ...initialStates,
  ...restoredStates,
  ...restoring,
]
