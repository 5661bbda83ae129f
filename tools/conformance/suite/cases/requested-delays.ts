import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** How long the open circuit still waits, in ms. */
const waitMs = ({ breaker, clock }: SubjectRig) =>
  (breaker.snapshot().retryAt ?? Number.NaN) - clock.timestamp()

export const requestedDelayCases = cases('2. Retries', {
  'the delay that an error requests may be a fraction of a millisecond, or zero': (s) => {
    for (const ms of [5_000, 0.5, 0]) {
      const rig = new SubjectRig(s)
      rig.fail(3, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: ms }))
      assert.strictEqual(waitMs(rig), ms)
    }
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
