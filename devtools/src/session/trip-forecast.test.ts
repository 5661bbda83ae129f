import {
  avgLatency,
  CircuitBreaker,
  countWindow,
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

class Bench {
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

describe('in words', () => {
  test.each([
    ['1 more failure', failureStreak(3), 0, 2],
    ['5 more failures', failureStreak(5), 3, 0],
    ['10 more failures', minRequests(10).and(failureRate(0.5)), 0, 0],
    ['6 more failures', minRequests(10).and(failureRate(0.5)), 4, 0],
    ['2 more failures', minRequests(10).and(failureRate(0.5)), 5, 3],
    ['3 more failures', failureStreak(3).or(minRequests(20).and(failureRate(0.5))), 9, 0],
  ])('%s', (text, tripper, successes, failures) => {
    const { forecast } = new Bench(tripper).call(true, successes).call(false, failures)
    expect(forecast?.text).toBe(text)
  })

  test('slow calls, where failures would not do', () => {
    const bench = new Bench(minRequests(5).and(slowRate(0.5, 1_000))).call(true, 4)
    expect(bench.forecast).toEqual({
      calls: 4,
      slowMs: 1_000,
      atLeast: false,
      text: '4 more calls of 1,000 ms or longer',
    })
    expect(bench.call(true, 4, 1_000).breaker.state).toBe('open')
  })

  test('slow calls for an average: each twice as long as that', () => {
    const bench = new Bench(minRequests(5).and(avgLatency(500))).call(true, 4, 100)
    expect(bench.forecast).toMatchObject({ calls: 4, slowMs: 1_000 })
    expect(bench.call(true, 3, 1_000).breaker.state).toBe('closed')
    expect(bench.call(true, 1, 1_000).breaker.state).toBe('open')
  })

  test('at least so many, when the window is full: nobody knows what they push out', () => {
    const bench = new Bench(failureRate(0.8), 10).call(false, 4).call(true, 0)
    expect(new Bench(failureRate(0.8), 10).call(true, 10).forecast).toMatchObject({
      text: 'at least 8 more failures',
      atLeast: true,
    })
    expect(bench.breaker.state).toBe('open')
  })
})

describe('nothing', () => {
  test('when the rule is true already', () => {
    const bench = new Bench(failureStreak(1))
    bench.breaker.metricsOnly()
    expect(bench.call(false).breaker.explain().met).toBe(true)
    expect(bench.forecast).toBeUndefined()
  })

  test('when calls alone cannot do it', () => {
    const never = tripWhen('the moon is full', () => false)
    expect(new Bench(never).forecast).toBeUndefined()
    expect(new Bench(failureStreak(2).and(never)).forecast).toBeUndefined()
    expect(new Bench(failureStreak(2).and(whileClosed().not())).forecast).toBeUndefined()
  })
})

test('what it says comes true: so many failures trip the circuit, and one fewer does not', () => {
  const leaf = fc.oneof(
    fc.integer({ min: 1, max: 12 }).map((n) => failureStreak(n)),
    fc.integer({ min: 1, max: 30 }).map((n) => minRequests(n).and(failureRate(0.5))),
    fc.integer({ min: 1, max: 9 }).map((tenths) => failureRate(tenths / 10)),
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
      const bench = new Bench(rule)
      for (const ok of calls) if (bench.breaker.state === 'closed') bench.call(ok)
      fc.pre(bench.breaker.state === 'closed')
      const { forecast } = bench
      fc.pre(forecast !== undefined)
      expect(forecast.atLeast).toBe(false)
      expect(bench.call(false, forecast.calls - 1).breaker.state).toBe('closed')
      expect(bench.call(false).breaker.state).toBe('open')
    }),
    { numRuns: 500 },
  )
})
