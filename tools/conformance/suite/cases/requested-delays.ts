import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** How long the open circuit still waits, in ms. */
const waitMs = ({ breaker, clock }: SubjectRig) =>
  (breaker.snapshot().retryAt ?? Number.NaN) - clock.timestamp()

export const requestedDelayCases = cases('2. Retries', {
  'the delay that an error requests may be shorter, and a fraction of a millisecond': (s) => {
    for (const ms of [5_000, 10, 0.5]) {
      const rig = new SubjectRig(s)
      rig.fail(3, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: ms }))
      assert.strictEqual(waitMs(rig), ms)
    }
  },
  'a requested delay of zero, a negative number or NaN is ignored': (s) => {
    for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5']) {
      const rig = new SubjectRig(s)
      rig.fail(3, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: ms }))
      assert.strictEqual(waitMs(rig), COOLDOWN_MS)
      assert.deepEqual(rig.errors, [])
    }
  },
  'a requested delay is a minimum when the circuit reopens': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    const reopensAfter = (ms: number) => {
      rig.enter('half_open')
      rig.fail(1, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: ms }))
      return waitMs(rig)
    }
    assert.strictEqual(reopensAfter(10), COOLDOWN_MS)
    assert.strictEqual(reopensAfter(5_000), 5_000)
  },
  'retryNever() stays open whatever an error requests': (s) => {
    const rig = new SubjectRig(s, { retry: s.core.retryNever() })
    rig.fail(3, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: 5 }))
    assert.notProperty(rig.breaker.snapshot(), 'retryAt')
  },
  'retryWhen receives the counts of the window at the opening': (s) => {
    const given: unknown[] = []
    const retry = s.core.retryWhen('own', ({ metrics, reopens }) => {
      given.push({ total: metrics.total, failures: metrics.failures, reopens })
      return 5
    })
    const rig = new SubjectRig(s, { retry })
    rig.succeed(2)
    rig.fail(3)
    assert.deepEqual(given, [{ total: 5, failures: 3, reopens: 0 }])
  },
  'only the error that opens the circuit can request a delay': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(2, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: 5_000 }))
    rig.fail()
    assert.strictEqual(waitMs(rig), COOLDOWN_MS)
  },
  'trip({ forMs }) prevails over the delay that an error requested': (s) => {
    const rig = new SubjectRig(s).enter('half_open')
    rig.fail(1, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: 5_000 }))
    rig.breaker.trip({ forMs: 10 })
    assert.strictEqual(waitMs(rig), 10)
  },
  'retryAfterMs of a rejection is measured by the monotonic clock': (s) => {
    const time = { now: 0, wall: 1_000_000_000_000 }
    const clock = { now: () => time.now, timestamp: () => time.wall }
    const breaker = new s.core.CircuitBreaker({ name: 'payments', clock })
    breaker.trip({ forMs: 1_000 })
    time.now += 400
    time.wall -= 86_400_000
    assert.propertyVal(
      thrown(() => breaker.acquire()),
      'retryAfterMs',
      600,
    )
  },
  'the signalled retryAt is exact, although time passes while a policy decides': (s) => {
    const clock = new s.testing.ManualClock()
    const breaker = new s.core.CircuitBreaker({
      name: 'payments',
      clock,
      // as when the process is suspended while a call settles
      tracker: s.core.errorWhere(() => {
        clock.advance(433)
        return true
      }),
      tripper: s.core.failureStreak(1),
      retry: s.core.cooldown(1_000),
    })
    breaker.acquire().failure(new Error('down'))
    const { retryAt = 0 } = breaker.snapshot()
    clock.advance(retryAt - clock.timestamp() - 2)
    assert.isUndefined(breaker.tryAcquire())
    clock.advance(1)
    assert.isDefined(breaker.tryAcquire())
  },
})
