import {
  avgLatency,
  CircuitBreaker,
  countWindow,
  failureCount,
  failureRate,
  failureStreak,
  minRequests,
  slowRate,
  type Tripper,
  tripWhen,
  whileClosed,
} from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { tripForecast } from './trip-forecast.ts'

/** A circuit with a manual clock. */
class Rig {
  readonly #clock = new ManualClock()
  readonly breaker: CircuitBreaker

  constructor(tripper: Tripper, size = 1_000) {
    const clock = this.#clock
    this.breaker = new CircuitBreaker({ name: 'x', window: countWindow(size), tripper, clock })
  }

  call(ok: boolean, times = 1, durationMs = 0): this {
    for (let i = 0; i < times; i++) {
      const ticket = this.breaker.tryAcquire()
      this.#clock.advance(durationMs)
      if (ok) ticket?.success()
      else ticket?.failure(new Error('down'))
    }
    return this
  }

  get forecast() {
    const { window } = this.breaker.toJSON()
    return tripForecast(this.breaker.explain(), this.breaker.snapshot().metrics, window)
  }
}

describe('tripForecast', () => {
  test.each([
    ['1 more failure', failureStreak(3), 0, 2],
    ['5 more failures', failureStreak(5), 3, 0],
    ['2 more failures', failureCount(4), 3, 2],
    ['10 more failures', minRequests(10).and(failureRate(0.5)), 0, 0],
    ['6 more failures', minRequests(10).and(failureRate(0.5)), 4, 0],
    ['2 more failures', minRequests(10).and(failureRate(0.5)), 5, 3],
    ['3 more failures', failureStreak(3).or(minRequests(20).and(failureRate(0.5))), 9, 0],
  ])('counts failures: %s', (text, tripper, successes, failures) => {
    const { forecast } = new Rig(tripper).call(true, successes).call(false, failures)
    expect(forecast?.text).toBe(text)
  })

  test('counts slow calls when failures would not trip the circuit', () => {
    const rig = new Rig(minRequests(5).and(slowRate(0.5, 1_000))).call(true, 4)
    expect(rig.forecast).toEqual({
      calls: 4,
      slowMs: 1_000,
      atLeast: false,
      text: '4 more calls of 1,000 ms or longer',
    })
    expect(rig.call(true, 4, 1_000).breaker.state).toBe('open')
  })

  test('counts calls of twice the limit for an average duration', () => {
    const rig = new Rig(minRequests(5).and(avgLatency(500))).call(true, 4, 100)
    expect(rig.forecast).toMatchObject({ calls: 4, slowMs: 1_000 })
    expect(rig.call(true, 3, 1_000).breaker.state).toBe('closed')
    expect(rig.call(true, 1, 1_000).breaker.state).toBe('open')
  })

  test('gives a lower bound when the window is full', () => {
    const rig = new Rig(failureRate(0.8), 10).call(false, 4).call(true, 0)
    expect(new Rig(failureRate(0.8), 10).call(true, 10).forecast).toMatchObject({
      text: 'at least 8 more failures',
      atLeast: true,
    })
    expect(rig.breaker.state).toBe('open')
  })
})

describe('returns undefined', () => {
  test('when the rule is met already', () => {
    const rig = new Rig(failureStreak(1))
    rig.breaker.metricsOnly()
    expect(rig.call(false).breaker.explain().met).toBe(true)
    expect(rig.forecast).toBeUndefined()
  })

  test('when calls alone cannot meet the rule', () => {
    const never = tripWhen('the moon is full', () => false)
    expect(new Rig(never).forecast).toBeUndefined()
    expect(new Rig(failureStreak(2).and(never)).forecast).toBeUndefined()
    expect(new Rig(failureStreak(2).and(whileClosed().not())).forecast).toBeUndefined()
  })
})

describe('identifies a rule by its type', () => {
  const { metrics } = new Rig(failureStreak(2)).breaker.snapshot()
  const report = { met: false, threshold: 2, unit: 'count' } as const

  test('and not by its label', () => {
    const labelled = { ...report, rule: 'errors in a row', type: 'failureStreak', args: [2] }
    expect(tripForecast(labelled, metrics)?.calls).toBe(2)
    expect(tripForecast({ ...report, rule: 'failure streak' }, metrics)).toBeUndefined()
  })

  test.each([[['x', 'y']], [[0.5]], [undefined]])(
    'and ignores a slowRate with the arguments %j',
    (args) => {
      const slow = { ...report, rule: 'slow', type: 'slowRate', ...(args && { args }) }
      expect(tripForecast(slow, metrics)).toBeUndefined()
    },
  )
})

test('the forecast number of failures trips the circuit, and one fewer does not', () => {
  const leaf = fc.oneof(
    fc.integer({ min: 1, max: 12 }).map((n) => failureStreak(n)),
    fc.integer({ min: 1, max: 30 }).map((n) => minRequests(n).and(failureRate(0.5))),
    fc.integer({ min: 1, max: 9 }).map((tenths) => failureRate(tenths / 10)),
    fc.integer({ min: 1, max: 12 }).map((n) => failureCount(n)),
    fc.constant(whileClosed()),
  )
  const tripper = fc.oneof(
    leaf,
    fc.tuple(leaf, leaf).map(([a, b]) => a.or(b)),
    fc.tuple(leaf, leaf).map(([a, b]) => a.and(b)),
    fc.tuple(leaf, leaf, leaf).map(([a, b, c]) => a.and(b.or(c))),
  )
  fc.assert(
    fc.property(tripper, fc.array(fc.boolean(), { maxLength: 40 }), (rule, calls) => {
      const rig = new Rig(rule)
      for (const ok of calls) if (rig.breaker.state === 'closed') rig.call(ok)
      fc.pre(rig.breaker.state === 'closed')
      const { forecast } = rig
      fc.pre(forecast !== undefined)
      expect(forecast.atLeast).toBe(false)
      expect(rig.call(false, forecast.calls - 1).breaker.state).toBe('closed')
      expect(rig.call(false).breaker.state).toBe('open')
    }),
    { numRuns: 500 },
  )
})
