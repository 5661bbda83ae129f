import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { slowRate, tripWhen } from '../policies/trippers.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { countWindow } from '../windows/count-window.ts'
import { timeWindow } from '../windows/time-window.ts'

function circuit(options: Partial<ConstructorParameters<typeof CircuitBreaker>[0]> = {}) {
  const clock = new ManualClock()
  const breaker = new CircuitBreaker({
    name: 'measured',
    tripper: tripWhen('never', () => false),
    clock,
    ...options,
  })
  const record = (durationMs: number, failed = false) => {
    const ticket = breaker.acquire()
    clock.advance(durationMs)
    if (failed) ticket.failure(new Error('down'))
    else ticket.success()
  }
  return { breaker, clock, record, metrics: () => breaker.snapshot().metrics }
}

const empty = { total: 0, failures: 0, ignored: 0, totalDurationMs: 0, failureStreak: 0, slow: {} }

describe('without calls, rates and averages are undefined', () => {
  test('in a new circuit', () => {
    expect(circuit().metrics()).toEqual(empty)
  })

  test('after the window has expired', () => {
    const { record, clock, metrics } = circuit({ window: timeWindow(1_000) })
    record(0, true)
    clock.advance(1_000)
    expect(metrics()).toEqual({ ...empty, failureStreak: 1 }) // only a success ends a streak
  })

  test.each(['disable', 'forceOpen', 'trip'] as const)('in the state after %s()', (transition) => {
    const { breaker, record, metrics } = circuit()
    record(5, true)
    breaker[transition]()
    expect(metrics()).toEqual(empty)
  })
})

test('with calls, rates and averages are numbers', () => {
  const { record, metrics } = circuit()
  record(0)
  expect(metrics()).toEqual({ ...empty, total: 1, failureRate: 0, avgDurationMs: 0 })
})

test('the durations of failures count like the durations of successes', () => {
  const { record, metrics } = circuit()
  record(30_000, true)
  record(100)
  expect(metrics()).toMatchObject({
    total: 2,
    failures: 1,
    failureRate: 0.5,
    totalDurationMs: 30_100,
    avgDurationMs: 15_050,
  })
})

test('durations are exact to the microsecond', () => {
  const { record, metrics } = circuit()
  for (let i = 0; i < 10; i++) record(0.1)
  expect(metrics().totalDurationMs).toBe(1)
  expect(metrics().avgDurationMs).toBe(0.1)
})

test('the failure streak includes failures that have left the window', () => {
  const { record, metrics } = circuit({ window: countWindow(2) })
  for (let i = 0; i < 5; i++) record(0, true)
  expect(metrics()).toMatchObject({ total: 2, failures: 2, failureStreak: 5 })
  record(0)
  expect(metrics()).toMatchObject({ total: 2, failures: 1, failureStreak: 0 })
  record(0, true)
  expect(metrics().failureStreak).toBe(1)
})

describe('slow calls', () => {
  test('are counted for the thresholds of all rules', () => {
    const customRule = {
      test: () => false,
      explain: () => ({ rule: 'custom', met: false }),
      slowThresholdsMs: [50],
    }
    const { record, metrics } = circuit({
      tripper: slowRate(0.9, 1_000).and(slowRate(0.9, 200).not().or(customRule)).and(customRule),
    })
    for (const durationMs of [10, 50, 200, 1_000]) record(durationMs)
    record(1_000, true)
    expect(metrics().slow).toEqual({ 50: 4, 200: 3, 1000: 2 })
  })

  test('are counted once when a custom rule names a threshold twice', () => {
    const { record, metrics } = circuit({
      tripper: {
        test: () => false,
        explain: () => ({ rule: 'custom', met: false }),
        slowThresholdsMs: [50, 50],
      },
    })
    record(60)
    expect(metrics().slow).toEqual({ 50: 1 })
  })
})

test('metrics are frozen, and the same object until something changes', () => {
  const { record, metrics } = circuit({ tripper: slowRate(0.9, 1_000) })
  record(1)
  const before = metrics()
  expect(Object.isFrozen(before)).toBe(true)
  expect(Object.isFrozen(before.slow)).toBe(true)
  expect(metrics()).toBe(before)
  record(1)
  expect(metrics()).not.toBe(before)
  expect(before.total).toBe(1)
})
