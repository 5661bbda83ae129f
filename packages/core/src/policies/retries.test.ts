import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { backoff, cooldown, type Retry, retryAfterMs, retryNever, retryWhen } from './retries.ts'
import { failureStreak } from './trippers.ts'

const { metrics } = new CircuitBreaker({ name: 'x' }).snapshot()

/** A circuit that the first failure opens. */
function circuit(retry: Retry) {
  const clock = new ManualClock()
  const errors: unknown[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(1),
    retry,
    clock,
    onError: (error) => errors.push(error),
  })
  const fail = (error: unknown = new Error('down')) => breaker.acquire().failure(error)
  const waitMs = () => (breaker.snapshot().retryAt ?? Number.POSITIVE_INFINITY) - clock.timestamp()
  return { breaker, clock, errors, fail, waitMs }
}

describe.each([
  ['cooldown', cooldown(10)],
  ['backoff', backoff({ initialMs: 10 })],
])('%s', (_name, retry) => {
  test('draws no random number without jitter', () => {
    const random = () => expect.unreachable('random was called')
    expect(retry.delayMs({ reopens: 0, error: undefined, metrics, random })).toBe(10)
  })
})

test('backoff waits 0 to maxMs after any number of reopenings, for any random number', () => {
  const options = fc.record({
    initialMs: fc.double({ min: 0.001, max: 1e9, noNaN: true }),
    multiplier: fc.double({ min: 1, max: 1e6, noNaN: true }),
    maxMs: fc.double({ min: 1e9, max: 1e12, noNaN: true }),
    jitter: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  const reopens = fc.oneof(fc.constantFrom(0, 1_024, 10_000), fc.nat(2_000_000_000))
  const random = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.999, noNaN: true }))
  fc.assert(
    fc.property(options, reopens, random, (config, times, number) => {
      const ctx = { reopens: times, error: undefined, metrics, random: () => number }
      const delayMs = backoff(config).delayMs(ctx)
      expect(delayMs).toBeGreaterThanOrEqual(0)
      expect(delayMs).toBeLessThanOrEqual(config.maxMs)
    }),
    { examples: [[{ initialMs: 1, multiplier: 2, maxMs: 1e9, jitter: 1 }, 10_000, 0]] },
  )
})

describe('retryWhen', () => {
  test('keeps the circuit open for ever when it returns Infinity', () => {
    const { breaker, clock, errors, fail } = circuit(
      retryWhen('never', () => Number.POSITIVE_INFINITY),
    )
    fail()
    clock.advance(1e12)
    expect(breaker.tryAcquire()).toBeUndefined()
    expect(breaker.snapshot()).not.toHaveProperty('retryAt')
    expect(errors).toEqual([])
  })

  test('lets the next call probe when it returns 0', () => {
    const { breaker, errors, fail, waitMs } = circuit(retryWhen('at once', () => 0))
    fail()
    expect(waitMs()).toBe(0)
    expect(breaker.tryAcquire()).toBeDefined()
    expect(errors).toEqual([])
  })

  test('reports an invalid delay by its name and value', () => {
    const { errors, fail } = circuit(retryWhen('broken', () => -5))
    fail()
    expect(errors).toEqual([
      new RangeError('retry: delayMs must be a number of at least 0, got -5'),
    ])
  })

  test('waits 30 seconds when it throws', () => {
    const error = new Error('broken')
    const { errors, fail, waitMs } = circuit(
      retryWhen('broken', () => {
        throw error
      }),
    )
    fail()
    expect(waitMs()).toBe(30_000)
    expect(errors).toEqual([error])
  })
})

describe('an error with retryAfterMs', () => {
  const busy = (delayMs: unknown) => Object.assign(new Error('busy'), { [retryAfterMs]: delayMs })

  test('replaces the delay of the first opening, also by a shorter one', () => {
    const { fail, waitMs } = circuit(cooldown(30_000))
    fail(busy(5_000))
    expect(waitMs()).toBe(5_000)
  })

  test('is a minimum for reopenings, so that backoff goes on', () => {
    const { breaker, clock, fail, waitMs } = circuit(backoff({ initialMs: 10_000 }))
    const delays = [5_000, 5_000, 90_000, 5_000].map((delayMs) => {
      fail(busy(delayMs))
      const wait = waitMs()
      clock.advance(wait)
      return wait
    })
    expect(delays).toEqual([5_000, 20_000, 90_000, 80_000])
    expect(breaker.snapshot().reopens).toBe(3)
  })

  test('never makes a delay shorter than the schedule says for a reopening', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(0, -1, Number.NaN, null, '5', {}))
    fc.assert(
      fc.property(any, fc.nat(20), (delayMs, reopens) => {
        const { breaker, clock, fail, waitMs } = circuit(backoff({ initialMs: 10 }))
        breaker.trip({ forMs: 1 })
        for (let i = 0; i < reopens; i++) {
          clock.advance(waitMs())
          fail()
        }
        clock.advance(waitMs())
        fail(busy(delayMs))
        expect(breaker.snapshot().reopens).toBe(reopens + 1)
        expect(waitMs()).toBeGreaterThanOrEqual(Math.min(300_000, 10 * 2 ** (reopens + 1)))
      }),
      { numRuns: 50 },
    )
  })

  test.each([0, -0, -5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, {}])(
    'is ignored when it is %s',
    (delayMs) => {
      const { errors, fail, waitMs } = circuit(cooldown(30_000))
      fail(busy(delayMs))
      expect(waitMs()).toBe(30_000)
      expect(errors).toEqual([])
    },
  )

  test('leaves a circuit open that never probes', () => {
    const { breaker, fail } = circuit(retryNever())
    fail(busy(5))
    expect(breaker.snapshot()).not.toHaveProperty('retryAt')
  })
})

test('a retry schedule receives the calls in the window at the opening', () => {
  const totals: number[] = []
  const { fail } = circuit(
    retryWhen('mine', ({ metrics }) => {
      totals.push(metrics.total, metrics.failures)
      return 5
    }),
  )
  fail()
  expect(totals).toEqual([1, 1])
})
