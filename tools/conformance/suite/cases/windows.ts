import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

/** A rig whose rule is never true and has two slow thresholds. */
function watching(
  subject: Subject,
  window: ReturnType<Subject['core']['countWindow']>,
): SubjectRig {
  const { core } = subject
  const tripper = core.tripWhen('never', () => false, { slowThresholdsMs: [10, 20] })
  return new SubjectRig(subject, { window, tripper })
}

interface Call {
  at: number
  ms: number
  failed: boolean
}

/** Makes 400 random calls, and passes all calls so far to `check` after each. */
function atRandom(
  subject: Subject,
  rig: SubjectRig,
  check: (calls: readonly Call[]) => void,
): void {
  const random = subject.testing.seededRandom(7)
  const calls: Call[] = []
  for (let step = 0; step < 400; step++) {
    const ms = Math.floor(random() * 30)
    const failed = random() < 0.4
    if (failed) rig.fail(1, new Error('down'), ms)
    else rig.succeed(1, ms)
    calls.push({ at: rig.clock.now(), ms, failed })
    rig.clock.advance(Math.floor(random() * 40))
    check(calls)
  }
}

const countWindowCases = cases('2. Windows', {
  'countWindow holds exactly the last size calls': (subject) => {
    const rig = watching(subject, subject.core.countWindow(3))
    rig.fail(2)
    assert.strictEqual(rig.recorded, '2/2')
    rig.succeed(1)
    assert.strictEqual(rig.recorded, '3/2')
    rig.succeed(1)
    assert.strictEqual(rig.recorded, '3/1')
    rig.succeed(1)
    assert.strictEqual(rig.recorded, '3/0')
  },
  'countWindow(1) holds the last call': (subject) => {
    const rig = watching(subject, subject.core.countWindow(1))
    rig.fail()
    assert.strictEqual(rig.recorded, '1/1')
    rig.succeed()
    assert.strictEqual(rig.recorded, '1/0')
  },
  'countWindow evicts no call by age': (subject) => {
    const rig = watching(subject, subject.core.countWindow(5))
    rig.fail(2)
    rig.clock.advance(365 * 86_400_000)
    assert.strictEqual(rig.recorded, '2/2')
  },
  'countWindow matches a recount of the last calls, over random calls': (subject) => {
    const rig = watching(subject, subject.core.countWindow(17))
    atRandom(subject, rig, (calls) => {
      const last = calls.slice(-17)
      const { total, failures, totalDurationMs, slow } = rig.breaker.snapshot().metrics
      assert.deepEqual(
        { total, failures, totalDurationMs, slow },
        {
          total: last.length,
          failures: last.filter(({ failed }) => failed).length,
          totalDurationMs: last.reduce((sum, { ms }) => sum + ms, 0),
          slow: {
            10: last.filter(({ ms }) => ms >= 10).length,
            20: last.filter(({ ms }) => ms >= 20).length,
          },
        },
      )
    })
  },
  'countWindow stays fast when it is large': (subject) => {
    const rig = watching(subject, subject.core.countWindow(1_000_000))
    for (let i = 0; i < 20_000; i++) rig.succeed() // an O(n) window would take minutes
    assert.strictEqual(rig.recorded, '20000/0')
  },
})

const timeWindowCases = cases('2. Windows', {
  'timeWindow counts a call that is a bucket younger than its duration': (subject) => {
    const rig = watching(subject, subject.core.timeWindow(1_000, { buckets: 10 }))
    rig.fail()
    rig.clock.advance(899)
    assert.strictEqual(rig.recorded, '1/1')
  },
  'timeWindow never counts a call that is as old as its duration': (subject) => {
    for (const buckets of [1, 2, 7, 20, 1_000]) {
      const rig = watching(subject, subject.core.timeWindow(1_000, { buckets }))
      rig.fail()
      rig.clock.advance(1_000)
      assert.strictEqual(rig.recorded, '0/0', `${buckets} buckets`)
    }
  },
  'timeWindow evicts old calls when a snapshot is read': (subject) => {
    const rig = watching(subject, subject.core.timeWindow(1_000))
    rig.fail(2, new Error('down'), 15)
    rig.clock.advance(1_000)
    const { metrics } = rig.breaker.snapshot()
    assert.strictEqual(metrics.total, 0)
    assert.strictEqual(metrics.totalDurationMs, 0)
    assert.deepEqual(metrics.slow, { 10: 0, 20: 0 })
    assert.isUndefined(metrics.failureRate)
    assert.isUndefined(metrics.avgDurationMs)
  },
  'timeWindow evicts old calls when explain() is read': (subject) => {
    const { core } = subject
    const rig = new SubjectRig(subject, {
      window: core.timeWindow(1_000),
      tripper: core.minRequests(5),
    })
    rig.succeed(2)
    assert.strictEqual(rig.breaker.explain().actual, 2)
    rig.clock.advance(1_000)
    assert.strictEqual(rig.breaker.explain().actual, 0)
  },
  'timeWindow evicts old calls when one is recorded: failures of the day before do not open': (
    subject,
  ) => {
    const { core } = subject
    const rig = new SubjectRig(subject, {
      window: core.timeWindow(60_000),
      tripper: core.minRequests(5).and(core.failureRate(0.5)),
    })
    rig.fail(4)
    rig.clock.advance(86_400_000)
    rig.fail(1)
    assert.strictEqual(rig.state, 'closed')
    assert.strictEqual(rig.recorded, '1/1')
  },
  'timeWindow matches a recount of the young calls, over random calls': (subject) => {
    const rig = watching(subject, subject.core.timeWindow(200, { buckets: 8 }))
    atRandom(subject, rig, (calls) => {
      const now = rig.clock.now()
      const { total, failures, totalDurationMs, slow } = rig.breaker.snapshot().metrics
      // the window holds the last `total` calls; the sums must be theirs
      const held = calls.slice(calls.length - total)
      assert.isTrue(held.every(({ at }) => now - at < 200))
      assert.isAtLeast(total, calls.filter(({ at }) => now - at < 200 - 200 / 8).length)
      assert.strictEqual(failures, held.filter(({ failed }) => failed).length)
      assert.strictEqual(
        totalDurationMs,
        held.reduce((sum, { ms }) => sum + ms, 0),
      )
      assert.strictEqual(slow[10], held.filter(({ ms }) => ms >= 10).length)
      assert.strictEqual(slow[20], held.filter(({ ms }) => ms >= 20).length)
    })
  },
  'timeWindow accepts fractional durations': (subject) => {
    const rig = watching(subject, subject.core.timeWindow(0.3, { buckets: 3 }))
    rig.succeed()
    rig.clock.advance(0.1)
    assert.strictEqual(rig.recorded, '1/0')
    rig.clock.advance(0.2)
    assert.strictEqual(rig.recorded, '0/0')
  },
  'timeWindow stays fast with many buckets': (subject) => {
    const rig = watching(subject, subject.core.timeWindow(1_000_000, { buckets: 100_000 }))
    for (let i = 0; i < 20_000; i++) {
      rig.succeed()
      rig.clock.advance(10)
      rig.breaker.snapshot()
    }
    assert.strictEqual(rig.recorded, '20000/0')
    rig.clock.advance(2_000_000)
    assert.strictEqual(rig.recorded, '0/0')
  },
})

const metricsCases = cases('2. Windows', {
  'rates and averages are undefined without calls': (subject) => {
    for (const window of [subject.core.countWindow(5), subject.core.timeWindow(5)]) {
      const { metrics } = watching(subject, window).breaker.snapshot()
      assert.deepInclude(metrics, { total: 0, failures: 0, totalDurationMs: 0, failureStreak: 0 })
      assert.isUndefined(metrics.failureRate)
      assert.isUndefined(metrics.avgDurationMs)
    }
  },
  'the averages include failures': (subject) => {
    for (const window of [subject.core.countWindow(5), subject.core.timeWindow(5_000)]) {
      const rig = watching(subject, window)
      rig.succeed(1, 10)
      rig.fail(3, new Error('down'), 30)
      const { metrics } = rig.breaker.snapshot()
      assert.strictEqual(metrics.failureRate, 0.75)
      assert.strictEqual(metrics.totalDurationMs, 100)
      assert.strictEqual(metrics.avgDurationMs, 25)
    }
  },
  'a call is slow from each threshold on': (subject) => {
    for (const window of [subject.core.countWindow(9), subject.core.timeWindow(5_000)]) {
      const rig = watching(subject, window)
      for (const ms of [9.999, 10, 19.999]) rig.succeed(1, ms)
      rig.fail(1, new Error('down'), 20)
      assert.deepEqual(rig.breaker.snapshot().metrics.slow, { 10: 3, 20: 1 })
    }
  },
  'sums do not drift over many calls': (subject) => {
    const rig = watching(subject, subject.core.countWindow(10))
    rig.succeed(10_000, 0.1)
    assert.strictEqual(rig.breaker.snapshot().metrics.totalDurationMs, 1)
  },
  'a streak counts failures back to the last success': (subject) => {
    const rig = watching(subject, subject.core.countWindow(2))
    rig.fail(4)
    assert.strictEqual(rig.breaker.snapshot().metrics.failureStreak, 4)
    rig.succeed()
    assert.strictEqual(rig.breaker.snapshot().metrics.failureStreak, 0)
  },
  'a streak ends with a success, not with time': (subject) => {
    const rig = watching(subject, subject.core.timeWindow(100))
    rig.fail(2)
    rig.clock.advance(1_000)
    assert.strictEqual(rig.breaker.snapshot().metrics.failureStreak, 2)
  },
  'metrics are frozen': (subject) => {
    const { metrics } = watching(subject, subject.core.countWindow(5)).breaker.snapshot()
    assert.isFrozen(metrics)
    assert.isFrozen(metrics.slow)
  },
  'breakers that share a window share no calls': (subject) => {
    for (const window of [subject.core.countWindow(5), subject.core.timeWindow(5_000)]) {
      const [one, other] = [watching(subject, window), watching(subject, window)]
      one.fail(2)
      assert.strictEqual(one.recorded, '2/2')
      assert.strictEqual(other.recorded, '0/0')
    }
  },
})

export const windowCases: readonly ConformanceCase[] = [
  ...countWindowCases,
  ...timeWindowCases,
  ...metricsCases,
]
