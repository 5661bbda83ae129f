import type { BreakerOptions, Ticket } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Options = Partial<BreakerOptions>

function halfOpen(subject: Subject, options: Options = {}): SubjectRig {
  return new SubjectRig(subject, options).enter('half_open')
}

const never = ({ core }: Subject) => core.tripWhen('never', () => false)

const verdict = cases('3. Half-open', {
  'a failed probe for which the rule is true opens at once': (s) => {
    const rig = halfOpen(s, { tripper: s.core.failureRate(0.5), probes: 5 })
    rig.fail()
    assert.strictEqual(rig.state, 'open')
    assert.strictEqual(rig.signals[0]?.cause, 'rule')
    assert.strictEqual(rig.breaker.snapshot().reopens, 1)
  },
  'a slow probe for which the rule is true opens at once': (s) => {
    const rig = halfOpen(s, { tripper: s.core.slowRate(0.5, 100), probes: 5 })
    rig.succeed(1, 100)
    assert.strictEqual(rig.state, 'open')
    assert.strictEqual(rig.signals[0]?.cause, 'rule')
  },
  'minRequests is capped at the number of probes': (s) => {
    const { core } = s
    const rig = halfOpen(s, { tripper: core.minRequests(20).and(core.failureRate(0.5)) })
    rig.succeed(1)
    rig.fail(1)
    assert.strictEqual(rig.state, 'half_open')
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
    assert.strictEqual(rig.signals[0]?.cause, 'rule')
  },
  'failureStreak is capped at the number of probes': (s) => {
    const rig = halfOpen(s, { tripper: s.core.failureStreak(50), probes: 2 })
    rig.fail(1)
    assert.strictEqual(rig.state, 'half_open')
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
    assert.strictEqual(rig.signals[0]?.cause, 'rule')
    assert.strictEqual(rig.signals[0]?.report?.threshold, 2)
  },
  'the circuit stays half-open until all probes are recorded': (s) => {
    const rig = halfOpen(s, { probes: 4 })
    rig.succeed(3)
    assert.strictEqual(rig.state, 'half_open')
    assert.deepEqual(rig.signals, [])
  },
  'the first success does not close when there are more probes': (s) => {
    const rig = halfOpen(s, { probes: 3 })
    rig.succeed(1)
    assert.strictEqual(rig.state, 'half_open')
  },
  'the last probe closes while the rule is false': (s) => {
    const rig = halfOpen(s, { probes: 3 })
    rig.succeed(3)
    assert.strictEqual(rig.state, 'closed')
    assert.strictEqual(rig.signals[0]?.cause, 'probes')
    assert.strictEqual(rig.signals[0]?.reason, '3 of 3 probes succeeded')
  },
  'one success among the probes closes while the rule is false': (s) => {
    const rig = halfOpen(s, { probes: 3, tripper: never(s) })
    rig.fail(1)
    rig.succeed(1)
    rig.fail(1)
    assert.strictEqual(rig.state, 'closed')
    assert.strictEqual(rig.signals[0]?.reason, '1 of 3 probes succeeded')
  },
  'probes that all fail open the circuit although the rule is false': (s) => {
    const rig = halfOpen(s, { probes: 3, tripper: never(s) })
    rig.fail(2)
    assert.strictEqual(rig.state, 'half_open')
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
    assert.strictEqual(rig.signals[0]?.cause, 'probes')
    assert.strictEqual(rig.signals[0]?.reason, 'none of 3 probes succeeded')
    assert.strictEqual(rig.breaker.snapshot().reopens, 1)
  },
  'a single probe closes or opens the circuit': (s) => {
    const good = halfOpen(s, { probes: 1, tripper: never(s) })
    good.succeed()
    assert.strictEqual(good.state, 'closed')
    const bad = halfOpen(s, { probes: 1, tripper: never(s) })
    bad.fail()
    assert.strictEqual(bad.state, 'open')
  },
  'probes beyond the size of the window still count': (s) => {
    const rig = halfOpen(s, { probes: 5, window: s.core.countWindow(3), tripper: never(s) })
    rig.succeed(1)
    rig.fail(4) // the success has left the window, but still counts as a probe
    assert.strictEqual(rig.state, 'closed')
  },
  'probes that a time window evicted still count': (s) => {
    const rig = halfOpen(s, { probes: 2, window: s.core.timeWindow(100), tripper: never(s) })
    rig.succeed(1)
    rig.clock.advance(5_000)
    rig.succeed(1)
    assert.strictEqual(rig.state, 'closed')
  },
  'probes are evaluated in the order in which they settle': (s) => {
    const rig = halfOpen(s, { probes: 3, tripper: s.core.failureStreak(2) })
    const [a, b, c] = [1, 2, 3].map(() => rig.breaker.acquire()) as [Ticket, Ticket, Ticket]
    c.failure(new Error('down'))
    a.failure(new Error('down'))
    b.success()
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(
      rig.events.map(({ stale }) => stale),
      [false, false, true],
    )
  },
  'a probe whose result is a failure has failed': (s) => {
    const tracker = s.core.anyError().or(s.core.resultWhere((value) => value === 503))
    const rig = halfOpen(s, { probes: 1, tripper: never(s), tracker })
    rig.breaker.acquire().success(503)
    assert.strictEqual(rig.state, 'open')
  },
  'a rule for half-open is not true in closed': (s) => {
    const tripper = s.core.whileHalfOpen().and(s.core.failureRate(0.2))
    const rig = new SubjectRig(s, { tripper })
    rig.fail(10)
    assert.strictEqual(rig.state, 'closed')
    rig.enter('half_open').fail()
    assert.strictEqual(rig.state, 'open')
  },
  'counts are not capped in closed': (s) => {
    const tripper = s.core.failureStreak(5).or(s.core.minRequests(5))
    const rig = new SubjectRig(s, { probes: 2, tripper })
    rig.fail(4)
    assert.strictEqual(rig.state, 'closed')
    rig.fail()
    assert.strictEqual(rig.state, 'open')
  },
  'minRequests below the number of probes keeps its value': (s) => {
    const tripper = s.core.minRequests(2).and(s.core.failureRate(1))
    const rig = halfOpen(s, { probes: 5, tripper })
    rig.fail()
    assert.strictEqual(rig.state, 'half_open')
    rig.fail()
    assert.strictEqual(rig.state, 'open')
  },
})

const budget = cases('3. Half-open', {
  'at most probes calls are in flight': (s) => {
    const rig = halfOpen(s, { probes: 2 })
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isTrue(rig.breaker.snapshot().permitted)
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isFalse(rig.breaker.snapshot().permitted)
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'settled probes count against the budget': (s) => {
    const rig = halfOpen(s, { probes: 3 })
    rig.succeed(2)
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'the call that finds the circuit due takes the first slot': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
  },
  'calls beyond the budget are rejected at once, not queued': async (s) => {
    const { breaker, clock } = new SubjectRig(s, { probes: 2 }).enter('half_open')
    const work = new Deferred()
    let ran = 0
    const calls = Array.from({ length: 200 }, () =>
      breaker.call(() => {
        ran++
        return work.promise
      }),
    )
    const settled = Promise.allSettled(calls)
    assert.strictEqual(ran, 2)
    assert.instanceOf(await rejection(calls[199] as Promise<void>), s.core.CallNotPermittedError)
    clock.advance(10)
    work.resolve()
    await settled
    assert.strictEqual(ran, 2)
    assert.strictEqual(breaker.state, 'closed')
  },
  'a released ticket frees its slot and is not recorded': (s) => {
    const rig = halfOpen(s, { probes: 1 })
    for (let i = 0; i < 5; i++) rig.breaker.acquire().release()
    assert.strictEqual(rig.recorded, '0/0')
    rig.succeed()
    assert.strictEqual(rig.state, 'closed')
  },
  'an ignored error frees its slot and changes no state': (s) => {
    const rig = halfOpen(s, { probes: 1, ignore: s.core.errorType(RangeError) })
    rig.fail(5, new RangeError('not of interest'))
    assert.strictEqual(rig.recorded, '0/0')
    assert.strictEqual(rig.state, 'half_open')
    rig.fail(1, new TypeError('down'))
    assert.strictEqual(rig.state, 'open')
  },
  'an aborted probe frees its slot and changes no state': async (s) => {
    const rig = halfOpen(s, { probes: 1 })
    const controller = new AbortController()
    const call = rig.breaker.call(() => new Promise(() => {}), { signal: controller.signal })
    assert.isFalse(rig.admits())
    controller.abort()
    await rejection(call)
    assert.strictEqual(rig.recorded, '0/0')
    assert.strictEqual(rig.state, 'half_open')
    rig.succeed()
    assert.strictEqual(rig.state, 'closed')
  },
  'each entry into half_open starts with a full budget': (s) => {
    const rig = halfOpen(s, { probes: 2, tripper: s.core.failureRate(0.9) })
    const lost = rig.breaker.acquire()
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
    lost.success() // stale: it belongs to the earlier half_open
    assert.isUndefined(rig.breaker.tryAcquire())
    assert.strictEqual(rig.recorded, '0/0')
  },
  'a permit draws once for each call that finds a slot': (s) => {
    const draws: number[] = []
    const values = [0.5, 0.49, 0.49]
    const random = () => draws[draws.push(values[draws.length] ?? 1) - 1] ?? 1
    const permit = s.core.admitRandom(0.5)
    const rig = new SubjectRig(s, { probes: 2, random, permit }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    const admitted = [1, 2, 3, 4].map(() => rig.breaker.tryAcquire() !== undefined)
    assert.deepEqual(admitted, [false, true, true, false])
    assert.deepEqual(draws, values)
  },
})

export const halfOpenCases: readonly ConformanceCase[] = [...verdict, ...budget]
