import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import {
  backoff,
  CircuitBreaker,
  cooldown,
  errorWhere,
  failureStreak,
  type RetryContext,
  retryAfterMs,
  retryAlways,
  retryNever,
  retryWhen,
} from '../../src/index.ts'
import { ManualClock, seededRandom } from '../../src/testing/index.ts'

const waitMs = ({ breaker, clock }: Rig) =>
  (breaker.snapshot().retryAt ?? Number.NaN) - clock.timestamp()

test('nothing is let in before retryAt, however often it is asked', () => {
  const rig = new Rig().enter('open')
  for (let ms = 0; ms < COOLDOWN_MS; ms++) {
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    rig.clock.advance(1)
  }
  expect(rig.breaker.tryAcquire()).toBeDefined()
})

test('half_open is told with the cause retry', () => {
  const rig = new Rig().enter('open')
  rig.clock.advance(COOLDOWN_MS)
  rig.admits()
  expect(rig.signals).toEqual([
    expect.objectContaining({ oldState: 'open', newState: 'half_open', cause: 'retry' }),
  ])
})

describe('the delay is drawn once', () => {
  test.each([
    ['cooldown', cooldown(1_000, { jitter: 0.5 }), 1],
    ['backoff', backoff({ initialMs: 1_000, jitter: 0.5 }), 1],
    ['cooldown without jitter', cooldown(1_000), 0],
  ])('%s', (_, retry, draws) => {
    const seeded = seededRandom(3)
    let drawn = 0
    const random = () => {
      drawn++
      return seeded()
    }
    const rig = new Rig({ retry, random })
    expect(drawn).toBe(0)
    rig.fail(3)
    const { retryAt = 0 } = rig.breaker.snapshot()
    for (let ms = rig.clock.timestamp(); ms < retryAt; ms += 50) {
      expect(rig.breaker.tryAcquire()).toBeUndefined()
      expect(rig.breaker.snapshot().retryAt).toBe(retryAt)
      rig.clock.advance(50)
    }
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(drawn).toBe(draws)
  })

  test('jitter moves it either way, once for each opening', () => {
    const chance = [0, 0.5, 1 - Number.EPSILON]
    const rig = new Rig({
      retry: cooldown(1_000, { jitter: 0.1 }),
      random: () => chance.shift() ?? Number.NaN,
    })
    const drawn = [0, 1, 2].map(() => {
      rig.breaker.reset()
      rig.fail(3)
      return Math.round(waitMs(rig))
    })
    expect(drawn).toEqual([900, 1_000, 1_100])
  })
})

describe('the wall clock does not matter', () => {
  test.each([
    ['back by a day', -86_400_000],
    ['ahead by a day', 86_400_000],
  ])('set %s, the circuit probes when its time has passed', (_, stepMs) => {
    const manual = new ManualClock()
    let setMs = 0
    const clock = { now: () => manual.now(), timestamp: () => manual.timestamp() + setMs }
    const breaker = new CircuitBreaker({
      name: 'payments',
      clock,
      tripper: failureStreak(1),
      retry: cooldown(1_000),
    })
    breaker.acquire().failure(new Error('down'))
    setMs = stepMs
    manual.advance(999)
    expect(breaker.tryAcquire()).toBeUndefined()
    manual.advance(1)
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.state).toBe('half_open')
  })

  test('retryAfterMs of a rejection is counted on the monotonic clock too', async () => {
    const manual = new ManualClock()
    let setMs = 0
    const clock = { now: () => manual.now(), timestamp: () => manual.timestamp() + setMs }
    const breaker = new CircuitBreaker({ name: 'payments', clock })
    breaker.trip({ forMs: 1_000 })
    setMs = -86_400_000
    manual.advance(400)
    await expect(breaker.call(() => 1)).rejects.toMatchObject({ retryAfterMs: 600 })
  })
})

describe('schedules', () => {
  test('backoff grows with each reopening, up to maxMs, and stays there', () => {
    const retry = backoff({ initialMs: 1_000, multiplier: 3, maxMs: 20_000 })
    const rig = new Rig({ retry, probes: 1 })
    rig.fail(3)
    const waits = [waitMs(rig)]
    for (let reopens = 1; reopens < 1_100; reopens++) {
      rig.clock.advance(waits[reopens - 1] as number)
      rig.fail()
      waits.push(waitMs(rig))
    }
    expect(waits.slice(0, 5)).toEqual([1_000, 3_000, 9_000, 20_000, 20_000])
    expect(new Set(waits.slice(3))).toEqual(new Set([20_000])) // 3 ** 1,099 is Infinity
    expect(rig.breaker.snapshot().reopens).toBe(1_099)
  })

  test('backoff starts over once the circuit was closed', () => {
    const rig = new Rig({ retry: backoff({ initialMs: 1_000 }), probes: 1 })
    rig.fail(3)
    rig.clock.advance(1_000)
    rig.fail()
    expect(waitMs(rig)).toBe(2_000)
    rig.clock.advance(2_000)
    rig.succeed()
    rig.fail(3)
    expect(waitMs(rig)).toBe(1_000)
  })

  test('always lets the very next call probe', () => {
    const rig = new Rig({ retry: retryAlways() })
    rig.fail(3)
    expect(rig.breaker.state).toBe('open')
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.state).toBe('half_open')
  })

  test('never: no retryAt anywhere, and no probe', async () => {
    const rig = new Rig({ retry: retryNever() })
    rig.fail(3)
    rig.clock.advance(1e15)
    const rejection = await rig.breaker.call(() => 1).catch((error) => error)
    expect(rejection).not.toHaveProperty('retryAt')
    expect(rejection).not.toHaveProperty('retryAfterMs')
    expect(rig.breaker.snapshot()).not.toHaveProperty('retryAt')
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', permitted: false })
    expect(rig.signals[0]).not.toHaveProperty('retryAt')
  })

  test('one of your own knows reopens, the error that opened, and chance', () => {
    const asked: RetryContext[] = []
    const random = () => 0.25
    const retry = retryWhen('mine', (ctx) => asked.push(ctx) * 100)
    const rig = new Rig({ retry, random, probes: 1 })
    const first = new Error('first')
    const second = new Error('second')
    rig.fail(3, first)
    expect(waitMs(rig)).toBe(100)
    rig.clock.advance(100)
    rig.fail(1, second)
    expect(waitMs(rig)).toBe(200)
    expect(asked.map(({ reopens, error }) => [reopens, error])).toEqual([
      [0, first],
      [1, second],
    ])
    expect(asked[0]?.random()).toBe(0.25)
  })
})

describe('an error that says how long to wait', () => {
  const quota = (ms: unknown) => Object.assign(new Error('quota'), { [retryAfterMs]: ms })

  test.each([5_000, 0.5, 0])('takes the place of the delay: %d ms', (ms) => {
    const rig = new Rig()
    rig.fail(3, quota(ms))
    expect(waitMs(rig)).toBe(ms)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null])(
    'is not listened to when it says %s',
    (ms) => {
      const rig = new Rig()
      rig.fail(3, quota(ms))
      expect(waitMs(rig)).toBe(COOLDOWN_MS)
      expect(rig.errors).toEqual([])
    },
  )

  test('counts only when it is the one that opened the circuit', () => {
    const rig = new Rig()
    rig.fail(2, quota(5_000))
    rig.fail()
    expect(waitMs(rig)).toBe(COOLDOWN_MS)
  })

  test('does not move retryNever(), nor what a move by hand asked for', () => {
    const forever = new Rig({ retry: retryNever() })
    forever.fail(3, quota(5_000))
    expect(forever.breaker.snapshot()).not.toHaveProperty('retryAt')
    const byHand = new Rig().enter('half_open')
    byHand.fail(1, quota(5_000))
    byHand.breaker.trip({ forMs: 10 })
    expect(waitMs(byHand)).toBe(10)
  })
})

test('the time of the next probe that is told is when it may probe, whatever passes while a policy judges', () => {
  const clock = new ManualClock()
  const breaker = new CircuitBreaker({
    name: 'payments',
    // stands for a process that is not let run amid its settling
    tracker: errorWhere(() => {
      clock.advance(433)
      return true
    }),
    tripper: failureStreak(1),
    retry: cooldown(1_000),
    clock,
  })
  breaker.acquire().failure(new Error('down'))
  const { retryAt = 0 } = breaker.snapshot()
  clock.advance(retryAt - clock.timestamp() - 1)
  expect(breaker.tryAcquire()).toBeUndefined()
  clock.advance(1)
  expect(breaker.tryAcquire()).toBeDefined()
})
