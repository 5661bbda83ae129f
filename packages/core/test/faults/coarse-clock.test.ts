import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  avgLatency,
  type BreakerOptions,
  CircuitBreaker,
  type Clock,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  slowRate,
  timeWindow,
} from '../../src/index.ts'
import { ManualClock, seededRandom } from '../../src/testing/index.ts'

// Browsers that resist fingerprinting round `performance.now()` to 100 ms, and may clamp it.

const STEP_MS = 100
const down = new Error('down')

afterEach(() => {
  vi.restoreAllMocks()
})

/** Sees `clock` through a coarse glass: rounded down, to the nearest, or with a random step. */
const glasses: readonly (readonly [string, (clock: Clock) => Clock])[] = [
  ['rounded down', (clock) => coarse(clock, (now) => Math.floor(now / STEP_MS) * STEP_MS)],
  [
    'rounded to the nearest',
    (clock) => coarse(clock, (now) => Math.round(now / STEP_MS) * STEP_MS),
  ],
  ['clamped: it stands for a while, then catches up', clamped],
]

function coarse(clock: Clock, round: (now: number) => number): Clock {
  return { now: () => round(clock.now()), timestamp: () => clock.timestamp() }
}

function clamped(clock: Clock): Clock {
  const random = seededRandom(3)
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

describe.each(glasses)('a clock in steps of 100 ms, %s', (_, glass) => {
  function bench(options: Partial<BreakerOptions>) {
    const time = new ManualClock()
    const clock = glass(time)
    const breaker = new CircuitBreaker({ name: 'payments', clock, ...options })
    return { time, breaker }
  }

  test('durations are right on the whole', () => {
    const { time, breaker } = bench({ tripper: avgLatency(1_000) })
    for (let i = 0; i < 100; i++) {
      const call = breaker.acquire()
      time.advance(37)
      call.success()
    }
    const { totalDurationMs, total } = breaker.snapshot().metrics
    expect(total).toBe(100)
    // what a clock catches up between two calls belongs to none
    expect(Math.abs(totalDurationMs - 3_700)).toBeLessThanOrEqual(1_000)
    expect(breaker.state).toBe('closed')
  })

  test('it probes no more than a step early or late', () => {
    const { time, breaker } = bench({ tripper: failureStreak(1), retry: cooldown(1_000) })
    for (let round = 0; round < 20; round++) {
      time.advance(round * 7)
      breaker.reset()
      breaker.acquire().failure(down)
      time.advance(1_000 - STEP_MS - 1)
      expect(breaker.tryAcquire()).toBeUndefined()
      time.advance(2 * STEP_MS + 1)
      expect(breaker.tryAcquire()).toBeDefined()
    }
  })

  test('a time window shorter than a step forgets within two', () => {
    const { time, breaker } = bench({
      window: timeWindow(30),
      tripper: minRequests(2).and(failureRate(1)),
    })
    for (let i = 0; i < 20; i++) {
      breaker.acquire().failure(down)
      expect(breaker.state).toBe('closed')
      time.advance(2 * STEP_MS + 30)
      expect(breaker.snapshot().metrics.total).toBe(0)
    }
  })

  test('a ramp ends, and closes', () => {
    const { time, breaker } = bench({
      tripper: failureStreak(1),
      retry: cooldown(50),
      permit: rampUp({ from: 0.5, to: 1, durationMs: 250 }),
      probes: 1,
      random: seededRandom(5),
    })
    breaker.acquire().failure(down)
    time.advance(50 + STEP_MS)
    for (let i = 0; i < 40 && breaker.state !== 'closed'; i++) {
      breaker.tryAcquire()?.success()
      time.advance(25)
    }
    expect(breaker.state).toBe('closed')
  })
})

test('a performance that is rounded to 100 ms: fast calls take no time, slow ones are slow', () => {
  let now = 5_000
  vi.spyOn(performance, 'now').mockImplementation(() => Math.floor(now / STEP_MS) * STEP_MS)
  const breaker = new CircuitBreaker({
    name: 'payments',
    tripper: minRequests(3).and(slowRate(0.6, 200)),
    retry: cooldown(60_000),
  })
  const take = (ms: number) =>
    breaker.callSync(() => {
      now += ms
    })
  for (let i = 0; i < 3; i++) take(20)
  expect(breaker.snapshot().metrics).toMatchObject({ total: 3, totalDurationMs: 0 })
  for (let i = 0; i < 5; i++) take(300)
  expect(breaker.state).toBe('open')
})
