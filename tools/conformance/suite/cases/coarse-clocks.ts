import type { BreakerOptions, Clock } from '@fluxgate/core'
import { assert } from 'chai'
import { type ConformanceCase, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

// Browsers that resist fingerprinting round `performance.now()` to 100 ms, and may clamp it.
const STEP_MS = 100
const down = new Error('down')

interface Glass {
  readonly says: string
  /** A coarse view of `clock`. */
  of(clock: Clock, subject: Subject): Clock
}

const rounded = (clock: Clock, round: (steps: number) => number): Clock => ({
  now: () => round(clock.now() / STEP_MS) * STEP_MS,
  timestamp: () => clock.timestamp(),
})

/** Stands still for up to a step, by chance, and then catches up. */
function clamped(clock: Clock, { testing }: Subject): Clock {
  const random = testing.seededRandom(3)
  let last = 0
  return {
    now: () => {
      const now = clock.now()
      if (now - last > STEP_MS * random()) last = now
      return last
    },
    timestamp: () => clock.timestamp(),
  }
}

const glasses: Glass[] = [
  { says: 'rounded down', of: (clock) => rounded(clock, Math.floor) },
  { says: 'rounded to the nearest', of: (clock) => rounded(clock, Math.round) },
  { says: 'clamped', of: clamped },
]

function under(glass: Glass, s: Subject, options: Partial<BreakerOptions>) {
  const time = new s.testing.ManualClock()
  const clock = glass.of(time, s)
  return { time, breaker: new s.core.CircuitBreaker({ name: 'payments', clock, ...options }) }
}

const durations = table(
  '5. Clocks',
  glasses,
  ({ says }) => `durations add up to the time that passed under a clock ${says} to 100 ms`,
  (glass, s) => {
    const { time, breaker } = under(glass, s, { tripper: s.core.avgLatency(1_000) })
    for (let i = 0; i < 100; i++) {
      const ticket = breaker.acquire()
      time.advance(37)
      ticket.success()
    }
    const { totalDurationMs, total } = breaker.snapshot().metrics
    assert.strictEqual(total, 100)
    // time that the clock catches up between two calls is part of neither
    assert.closeTo(totalDurationMs, 3_700, 1_000)
    assert.strictEqual(breaker.state, 'closed')
  },
)

const probing = table(
  '5. Clocks',
  glasses,
  ({ says }) => `an open circuit probes at most a step early or late under a clock ${says}`,
  (glass, s) => {
    const options = { tripper: s.core.failureStreak(1), retry: s.core.cooldown(1_000) }
    const { time, breaker } = under(glass, s, options)
    for (let round = 0; round < 20; round++) {
      time.advance(round * 7)
      breaker.reset()
      breaker.acquire().failure(down)
      time.advance(1_000 - STEP_MS - 1)
      assert.isUndefined(breaker.tryAcquire())
      time.advance(2 * STEP_MS + 1)
      assert.isDefined(breaker.tryAcquire())
    }
  },
)

const eviction = table(
  '5. Clocks',
  glasses,
  ({ says }) => `a time window shorter than a step evicts within two steps of a clock ${says}`,
  (glass, s) => {
    const tripper = s.core.minRequests(2).and(s.core.failureRate(1))
    const { time, breaker } = under(glass, s, { window: s.core.timeWindow(30), tripper })
    for (let i = 0; i < 20; i++) {
      breaker.acquire().failure(down)
      assert.strictEqual(breaker.state, 'closed')
      time.advance(2 * STEP_MS + 30)
      assert.strictEqual(breaker.snapshot().metrics.total, 0)
    }
  },
)

const ramps = table(
  '5. Clocks',
  glasses,
  ({ says }) => `a ramp ends and closes the circuit under a clock ${says}`,
  (glass, s) => {
    const { time, breaker } = under(glass, s, {
      tripper: s.core.failureStreak(1),
      retry: s.core.cooldown(50),
      permit: s.core.rampUp({ from: 0.5, to: 1, durationMs: 250 }),
      probes: 1,
      random: s.testing.seededRandom(5),
    })
    breaker.acquire().failure(down)
    time.advance(50 + STEP_MS)
    for (let i = 0; i < 40 && breaker.state !== 'closed'; i++) {
      breaker.tryAcquire()?.success()
      time.advance(25)
    }
    assert.strictEqual(breaker.state, 'closed')
  },
)

export const coarseClockCases: readonly ConformanceCase[] = [
  ...durations,
  ...probing,
  ...eviction,
  ...ramps,
]
