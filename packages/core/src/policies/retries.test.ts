import fc from '@fluxgate/testkit/fast-check'
import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import {
  backoff,
  cooldown,
  type Retry,
  retryAfterMs,
  retryAlways,
  retryNever,
  retryWhen,
} from './retries.ts'
import { failureStreak } from './trippers.ts'

const delay = (retry: Retry, reopens = 0, random = 0.5, error?: unknown) =>
  retry.delayMs({ reopens, error, random: () => random })

/** A circuit that every failure opens, and whose single probe decides. */
function circuit(retry: Retry, random: () => number = () => 0.5) {
  const clock = new ManualClock()
  const errors: unknown[] = []
  const breaker = new CircuitBreaker({
    name: 'retried',
    tripper: failureStreak(1),
    probes: 1,
    retry,
    clock,
    random,
    onError: (error) => errors.push(error),
  })
  const fail = (error: unknown = new Error('down')) => breaker.acquire().failure(error)
  const waitMs = () => (breaker.snapshot().retryAt ?? Number.POSITIVE_INFINITY) - clock.timestamp()
  return { breaker, clock, errors, fail, waitMs }
}

describe('always', () => {
  test('probes with the very next call', () => {
    const { breaker, fail, waitMs } = circuit(retryAlways())
    fail()
    expect(breaker.state).toBe('open')
    expect(waitMs()).toBe(0)
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.state).toBe('half_open')
  })
})

describe('never', () => {
  test('stays open for good, and has no retryAt', () => {
    const { breaker, clock, fail } = circuit(retryNever())
    fail(Object.assign(new Error('busy'), { [retryAfterMs]: 5 }))
    clock.advance(1e12)
    expect(breaker.tryAcquire()).toBeUndefined()
    expect(breaker.state).toBe('open')
    expect('retryAt' in breaker.snapshot()).toBe(false)
  })
})

describe('cooldown', () => {
  test('waits the same each time', () => {
    for (const reopens of [0, 1, 10_000]) expect(delay(cooldown(30_000), reopens)).toBe(30_000)
  })

  test('moves the delay by its jitter, either way', () => {
    const retry = cooldown(10_000, { jitter: 0.1 })
    expect(delay(retry, 0, 0)).toBe(9_000)
    expect(delay(retry, 0, 0.5)).toBe(10_000)
    expect(delay(retry, 0, 0.999_999)).toBeCloseTo(11_000, 1)
  })

  test('without jitter asks nobody for chance', () => {
    const random = () => expect.unreachable('chance was asked for')
    expect(cooldown(10).delayMs({ reopens: 0, error: undefined, random })).toBe(10)
  })
})

describe('backoff', () => {
  test('grows with every reopening, twofold unless told otherwise, up to maxMs', () => {
    const retry = backoff({ initialMs: 10_000, maxMs: 600_000 })
    expect([0, 1, 2, 5, 6, 7].map((reopens) => delay(retry, reopens))).toEqual([
      10_000, 20_000, 40_000, 320_000, 600_000, 600_000,
    ])
    const threefold = backoff({ initialMs: 100, multiplier: 3 })
    expect([0, 1, 2].map((reopens) => delay(threefold, reopens))).toEqual([100, 300, 900])
    expect(delay(threefold, 1_000)).toBe(300_000)
  })

  test('is clamped after the jitter: at the top it cannot be moved beyond maxMs', () => {
    const retry = backoff({ initialMs: 1_000, maxMs: 4_000, jitter: 0.5 })
    expect(delay(retry, 0, 0)).toBe(500)
    expect(delay(retry, 0, 0.999)).toBeCloseTo(1_499)
    expect(delay(retry, 2, 0.999)).toBe(4_000)
    expect(delay(retry, 2, 0)).toBe(2_000)
    expect(delay(retry, 3, 0)).toBe(4_000) // 8 s, halved, and only then clamped
  })

  test('is a number from 0 to maxMs after any number of reopenings, whatever chance says', () => {
    const options = fc.record({
      initialMs: fc.double({ min: 0.001, max: 1e9, noNaN: true }),
      multiplier: fc.double({ min: 1, max: 1e6, noNaN: true }),
      maxMs: fc.double({ min: 1e9, max: 1e12, noNaN: true }),
      jitter: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    })
    const reopens = fc.oneof(fc.constantFrom(0, 1_024, 10_000), fc.nat(2_000_000_000))
    const random = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.999, noNaN: true }))
    fc.assert(
      fc.property(options, reopens, random, (given, times, chance) => {
        const delayMs = delay(backoff(given), times, chance)
        expect(delayMs).toBeGreaterThanOrEqual(0)
        expect(delayMs).toBeLessThanOrEqual(given.maxMs)
      }),
      { examples: [[{ initialMs: 1, multiplier: 2, maxMs: 1e9, jitter: 1 }, 10_000, 0]] },
    )
  })

  test('counts the reopenings since the circuit was last closed', () => {
    const { breaker, clock, fail, waitMs } = circuit(backoff({ initialMs: 1_000, maxMs: 60_000 }))
    const waits: number[] = []
    const reopen = () => {
      clock.advance(waitMs())
      fail()
      waits.push(waitMs())
    }
    fail()
    waits.push(waitMs())
    reopen()
    reopen()
    expect(waits).toEqual([1_000, 2_000, 4_000])
    clock.advance(waitMs())
    breaker.acquire().success()
    expect(breaker.state).toBe('closed')
    fail()
    expect(waitMs()).toBe(1_000)
    clock.advance(1_000)
    fail()
    breaker.reset()
    fail()
    expect(waitMs()).toBe(1_000)
  })

  test('is still finite after 10,000 reopenings of a real circuit', () => {
    const { breaker, clock, errors, fail, waitMs } = circuit(
      backoff({ initialMs: 1_000, maxMs: 60_000, jitter: 0.5 }),
    )
    fail()
    for (let i = 0; i < 10_000; i++) {
      clock.advance(waitMs())
      fail()
    }
    expect(breaker.snapshot()).toMatchObject({ state: 'open', reopens: 10_000 })
    expect(waitMs()).toBe(60_000)
    expect(errors).toEqual([])
  })
})

describe('the delay is drawn once, when the circuit opens', () => {
  test.each<[string, () => Retry]>([
    ['cooldown', () => cooldown(10_000, { jitter: 0.5 })],
    ['backoff', () => backoff({ initialMs: 10_000, jitter: 0.5 })],
    ['retryWhen', () => retryWhen('chance', ({ random }) => 10_000 * random())],
  ])('%s', (_name, make) => {
    let draws = 0
    const { breaker, clock, fail } = circuit(make(), () => [0.25, 0.9][draws++] ?? 0)
    fail()
    const { retryAt } = breaker.snapshot()
    for (let i = 0; i < 5; i++) {
      clock.advance(100)
      expect(breaker.tryAcquire()).toBeUndefined()
      breaker.explain()
      expect(breaker.snapshot().retryAt).toBe(retryAt)
    }
    expect(draws).toBe(1)
  })
})

describe('retryWhen', () => {
  test('is told of the reopenings and of the error that opened the circuit', () => {
    const seen: unknown[] = []
    const { clock, fail } = circuit(
      retryWhen('look', ({ reopens, error }) => seen.push([reopens, error])),
    )
    const first = new Error('first')
    const second = new Error('second')
    fail(first)
    clock.advance(1)
    fail(second)
    expect(seen).toEqual([
      [0, first],
      [1, second],
    ])
  })

  test('may say never, or at once', () => {
    const { breaker, clock, fail } = circuit(retryWhen('never', () => Number.POSITIVE_INFINITY))
    fail()
    clock.advance(1e12)
    expect(breaker.tryAcquire()).toBeUndefined()
    expect('retryAt' in breaker.snapshot()).toBe(false)
    const atOnce = circuit(retryWhen('at once', () => 0))
    atOnce.fail()
    expect(atOnce.waitMs()).toBe(0)
  })

  test.each<[string, () => number]>([
    ['NaN', () => Number.NaN],
    ['a negative number', () => -1],
    ['no number', () => '5' as never],
    [
      'an error',
      () => {
        throw new Error('broken')
      },
    ],
  ])('that gives %s waits 30 seconds and tells onError', (_name, delayMs) => {
    const { errors, fail, waitMs } = circuit(retryWhen('broken', delayMs))
    fail()
    expect(waitMs()).toBe(30_000)
    expect(errors).toHaveLength(1)
  })
})

test('a delay that is none is told by name and value', () => {
  const { errors, fail } = circuit(retryWhen('broken', () => -5))
  fail()
  expect(errors).toMatchObject([{ message: expect.stringMatching(/^retry: delayMs .* got -5$/) }])
})

describe('an error that says how long to wait', () => {
  const busy = (ms: unknown) => Object.assign(new Error('busy'), { [retryAfterMs]: ms })

  test('takes the place of the delay', () => {
    const { fail, waitMs } = circuit(cooldown(30_000))
    fail(busy(5_000))
    expect(waitMs()).toBe(5_000)
    const atOnce = circuit(cooldown(30_000))
    atOnce.fail(busy(0))
    expect(atOnce.waitMs()).toBe(0)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null])('unless it says %s', (ms) => {
    const { fail, waitMs } = circuit(cooldown(30_000))
    fail(busy(ms))
    expect(waitMs()).toBe(30_000)
  })
})

test.each<[object, () => Retry]>([
  [{ type: 'retryAlways', args: [] }, () => retryAlways()],
  [{ type: 'retryNever', args: [] }, () => retryNever()],
  [{ type: 'cooldown', args: [30_000, { jitter: 0.1 }] }, () => cooldown(30_000, { jitter: 0.1 })],
  [
    { type: 'backoff', args: [{ initialMs: 10, multiplier: 2, maxMs: 300_000, jitter: 0 }] },
    () => backoff({ initialMs: 10 }),
  ],
  [{ type: 'retryWhen', args: ['custom'] }, () => retryWhen('custom', () => 1)],
])('%j is a frozen value that reads back as the call that made it', (json, make) => {
  const retry = make()
  expect(JSON.parse(JSON.stringify(retry))).toEqual(json)
  expect(Object.isFrozen(retry)).toBe(true)
})
