import type { BreakerOptions, CallEvent, Signal } from '@fluxgate/core'
import { sleep } from '@fluxgate/testkit/sleep'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const YEAR_MS = 365 * 86_400_000

/** A breaker under two clocks that can be set to anything. */
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

/** Clocks that do what clocks do. */
export const clockCases = cases('5. Clocks', {
  'a wall clock that is set back or ahead holds no circuit open, and opens none': (s) => {
    for (const step of [-YEAR_MS, YEAR_MS]) {
      const { time, breaker, fail, admits } = under(s)
      fail()
      fail()
      time.wall += step
      time.now += 999
      assert.isFalse(admits())
      time.now += 1
      assert.isTrue(admits())
      assert.strictEqual(breaker.snapshot().since, time.wall)
    }
  },
  'a wall clock that is set back counts no time window wrong': (s) => {
    const { time, breaker, fail } = under(s, { window: s.core.timeWindow(1_000) })
    fail()
    time.wall -= YEAR_MS
    assert.strictEqual(breaker.snapshot().metrics.total, 1)
    time.now += 1_000
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
  'a monotonic clock that steps back makes no duration negative': (s) => {
    const { time, breaker, events } = under(s)
    const ticket = breaker.acquire()
    time.now -= 5_000
    ticket.success()
    assert.strictEqual(events[0]?.durationMs, 0)
    assert.strictEqual(breaker.snapshot().metrics.totalDurationMs, 0)
  },
  'a monotonic clock that steps back leaves no count negative': (s) => {
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
  'a time window under a clock that stepped back forgets in the end': (s) => {
    const { time, breaker, fail } = under(s, { window: s.core.timeWindow(1_000) })
    fail()
    time.now -= 400
    breaker.acquire().success()
    time.now += 400 + 1_000
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
  'a circuit under a clock that stepped back probes when it has caught up': (s) => {
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
  'a clock that stalls loses no call and makes no loop': (s) => {
    const { breaker, fail, admits } = under(s, { window: s.core.timeWindow(1_000) })
    for (let i = 0; i < 1_000; i++) breaker.acquire().success()
    assert.strictEqual(breaker.snapshot().metrics.total, 1_000)
    fail()
    fail()
    for (let i = 0; i < 100; i++) assert.isFalse(admits())
  },
  'a clock that jumps a year, as after a sleep, finds the circuit due and the window empty': (
    s,
  ) => {
    const { time, breaker, fail, admits } = under(s, { window: s.core.timeWindow(60_000) })
    fail()
    time.now += YEAR_MS
    time.wall += YEAR_MS
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
    fail() // by the streak, which no time ends
    assert.strictEqual(breaker.state, 'open')
    time.now += YEAR_MS
    time.wall += YEAR_MS
    assert.isTrue(breaker.snapshot().permitted)
    assert.isTrue(admits())
  },
  'a probe that slept through its lease is stale when it wakes': (s) => {
    const { time, breaker, events, fail } = under(s, { probes: 1 })
    fail()
    fail()
    time.now += 1_000
    const ticket = breaker.acquire()
    time.now += YEAR_MS
    ticket.success()
    assert.isTrue(events.at(-1)?.stale)
    assert.strictEqual(breaker.state, 'half_open')
  },
  'a clock of coarse steps times by its steps, and no schedule ends early by it': (s) => {
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
  'durations of fractions of a millisecond add up': (s) => {
    const { time, breaker } = under(s)
    for (let i = 0; i < 8; i++) {
      const ticket = breaker.acquire()
      time.now += 0.125
      ticket.success()
    }
    assert.strictEqual(breaker.snapshot().metrics.totalDurationMs, 1)
  },
  'Date may be replaced by the tools of a test, before and after the breaker is made': (s) => {
    const kept = Date.now
    const breaker = new s.core.CircuitBreaker({ name: 'x' })
    Date.now = () => 86_400_000
    try {
      breaker.disable()
      assert.strictEqual(breaker.snapshot().since, 86_400_000)
    } finally {
      Date.now = kept
    }
    breaker.reset()
    assert.closeTo(breaker.snapshot().since, Date.now(), 60_000)
  },
  'by the real clock a circuit opens, waits and probes': async ({ core }) => {
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
  'by the real clock a time window forgets': async ({ core }) => {
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
