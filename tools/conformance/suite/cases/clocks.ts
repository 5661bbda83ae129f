import type { BreakerOptions, CallEvent, Signal } from '@fluxgate/core'
import { sleep } from '@fluxgate/testkit/sleep'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const YEAR_MS = 365 * 86_400_000

/** A breaker whose monotonic and wall time can be set to any value. */
function under(s: Subject, options: Partial<BreakerOptions> = {}) {
  const time = { now: 1_000_000, wall: 1_800_000_000_000 }
  const events: CallEvent[] = []
  const signals: Signal[] = []
  const breaker = new s.core.CircuitBreaker({
    name: 'x',
    tripper: s.core.failureStreak(2),
    retry: s.core.cooldown(1_000),
    clock: { now: () => time.now, timestamp: () => time.wall },
    listeners: [
      {
        onSignal: (signal) => void signals.push(signal),
        onCall: (event) => void events.push(event),
      },
    ],
    ...options,
  })
  const fail = () => breaker.acquire().failure(new Error('down'))
  const admits = () => {
    const ticket = breaker.tryAcquire()
    ticket?.release()
    return ticket !== undefined
  }
  return { time, breaker, events, signals, fail, admits }
}

export const clockCases = cases('5. Clocks', {
  'setting the wall clock does not change when the circuit probes': (s) => {
    for (const step of [-YEAR_MS, YEAR_MS]) {
      const { time, breaker, fail, admits } = under(s)
      fail()
      fail()
      time.wall += step
      time.now += 998
      assert.isFalse(admits())
      time.now += 2
      assert.isTrue(admits())
      assert.strictEqual(breaker.snapshot().since, time.wall)
    }
  },
  'setting the wall clock back does not affect a time window': (s) => {
    const { time, breaker, fail } = under(s, { window: s.core.timeWindow(1_000) })
    fail()
    time.wall -= YEAR_MS
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
    time.now += 1_000
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
  'a duration is not negative when the monotonic clock steps back': (s) => {
    const { time, breaker, events } = under(s)
    const ticket = breaker.acquire()
    time.now -= 5_000
    ticket.success()
    assert.strictEqual(events[0]?.durationMs, 0)
    assert.strictEqual(breaker.snapshot().metrics.totalDurationMs, 0)
  },
  'counts are not negative when the monotonic clock steps back': (s) => {
    for (const window of [s.core.timeWindow(1_000, { buckets: 5 }), s.core.countWindow(5)]) {
      const { time, breaker } = under(s, { window, tripper: s.core.failureStreak(99) })
      for (const step of [0, -900, 300, -5_000, 100, 2_000, -100, 700]) {
        time.now += step
        breaker.acquire().success()
        breaker.acquire().failure(new Error('down'))
        const { total, failures, failureRate = 0 } = breaker.snapshot().metrics
        assert.isAtLeast(total, 1)
        assert.isAtLeast(failures, 1)
        assert.isAtMost(failures, total)
        assert.isTrue(failureRate > 0 && failureRate <= 1)
      }
    }
  },
  'a time window evicts its calls after the clock stepped back': (s) => {
    const { time, breaker, fail } = under(s, { window: s.core.timeWindow(1_000) })
    fail()
    time.now -= 400
    breaker.acquire().success()
    time.now += 400 + 1_000
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
  'a circuit probes when a clock that stepped back has caught up': (s) => {
    const { time, breaker, fail, admits } = under(s)
    fail()
    fail()
    time.now -= 500
    assert.isFalse(admits())
    const { retryAfterMs } = rejectionOf(breaker)
    assert.isAtLeast(retryAfterMs ?? -1, 0)
    time.now += 1_500
    assert.isTrue(admits())
  },
  'calls are recorded while the clock does not advance': (s) => {
    const { breaker, fail, admits } = under(s, { window: s.core.timeWindow(1_000) })
    for (let i = 0; i < 1_000; i++) breaker.acquire().success()
    assert.strictEqual(breaker.snapshot().metrics.total, 1_000)
    fail()
    fail()
    for (let i = 0; i < 100; i++) assert.isFalse(admits())
  },
  'after a jump of a year, as after a sleep, the circuit is due and the window empty': (s) => {
    const { time, breaker, fail, admits } = under(s, { window: s.core.timeWindow(60_000) })
    fail()
    time.now += YEAR_MS
    time.wall += YEAR_MS
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
    fail() // by the streak, which does not expire
    assert.strictEqual(breaker.state, 'open')
    time.now += YEAR_MS
    time.wall += YEAR_MS
    assert.isTrue(breaker.snapshot().permitted)
    assert.isTrue(admits())
  },
  'a probe that settles a year later in the same half_open counts': (s) => {
    const { time, breaker, events, fail } = under(s, { probes: 1 })
    fail()
    fail()
    time.now += 1_000
    const ticket = breaker.acquire()
    time.now += YEAR_MS
    ticket.success()
    assert.isFalse(events.at(-1)?.stale)
    assert.strictEqual(breaker.state, 'closed')
  },
  'a coarse clock measures in its steps, and a schedule does not end early': (s) => {
    const { time, breaker, fail, admits } = under(s, { retry: s.core.cooldown(250) })
    const ticket = breaker.acquire()
    time.now += 100
    ticket.success()
    assert.strictEqual(breaker.snapshot().metrics.totalDurationMs, 100)
    fail()
    fail()
    for (const [step, due] of [
      [100, false],
      [100, false],
      [100, true],
    ] as const) {
      time.now += step
      assert.strictEqual(admits(), due)
    }
  },
  'fractional durations add up': (s) => {
    const { time, breaker } = under(s)
    for (let i = 0; i < 8; i++) {
      const ticket = breaker.acquire()
      time.now += 0.125
      ticket.success()
    }
    assert.strictEqual(breaker.snapshot().metrics.totalDurationMs, 1)
  },
  'timestamps follow a replaced Date.now': (s) => {
    const original = Date.now
    const breaker = new s.core.CircuitBreaker({ name: 'x' })
    Date.now = () => 86_400_000
    try {
      breaker.disable()
      assert.strictEqual(breaker.snapshot().since, 86_400_000)
    } finally {
      Date.now = original
    }
    breaker.reset()
    assert.closeTo(breaker.snapshot().since, Date.now(), 60_000)
  },
  'a circuit with the default clock opens, waits and probes': async ({ core }) => {
    const breaker = new core.CircuitBreaker({
      name: 'x',
      tripper: core.failureStreak(1),
      retry: core.cooldown(20),
      probes: 1,
    })
    breaker.acquire().failure(new Error('down'))
    assert.strictEqual(breaker.state, 'open')
    await sleep(60)
    assert.isTrue(breaker.snapshot().permitted)
    breaker.acquire().success()
    assert.strictEqual(breaker.state, 'closed')
  },
  'a time window with the default clock evicts old calls': async ({ core }) => {
    const breaker = new core.CircuitBreaker({ name: 'x', window: core.timeWindow(20) })
    breaker.acquire().success()
    await sleep(60)
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
})

function rejectionOf(breaker: { acquire(): unknown }): { retryAfterMs?: number } {
  try {
    breaker.acquire()
  } catch (error) {
    return error as { retryAfterMs?: number }
  }
  return assert.fail('admitted')
}
