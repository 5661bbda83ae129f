import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  CircuitBreaker,
  cooldown,
  countWindow,
  failureStreak,
  findRejection,
  timeWindow,
} from '../../src/index.ts'

// Breakers without a clock of their own, in tests that mock time: `vi.useFakeTimers` is the library
// @sinonjs/fake-timers, as in Jest and Sinon, with the same lists of what to fake.

const NOON = Date.UTC(2026, 0, 1, 12)
const down = new Error('down')

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const make = () =>
  new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(3),
    retry: cooldown(30_000),
    probes: 1,
  })

function open(breaker: CircuitBreaker): void {
  for (let i = 0; i < 3; i++) breaker.tryAcquire()?.failure(down)
  expect(breaker.state).toBe('open')
}

type Fakes = NonNullable<Parameters<typeof vi.useFakeTimers>[0]>['toFake']
const everything: Fakes = undefined
const timesOnly: Fakes = ['Date', 'performance']

describe.each([
  ['all timers', everything],
  ['Date and performance', timesOnly],
])('with %s mocked', (_, toFake) => {
  const fake = () => vi.useFakeTimers({ now: NOON, ...(toFake && { toFake }) })

  test('before the breaker was made: it lives in that time', async () => {
    fake()
    const breaker = make()
    expect(breaker.snapshot().since).toBe(NOON)
    open(breaker)
    expect(breaker.snapshot().retryAt).toBe(NOON + 30_000)
    vi.advanceTimersByTime(29_999)
    expect(breaker.tryAcquire()).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(await breaker.call(() => 'up')).toBe('up')
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', since: NOON + 30_000 })
  })

  test('after it was made, while it is closed: it goes over to that time', async () => {
    const breaker = make()
    fake()
    open(breaker)
    expect(breaker.snapshot()).toMatchObject({ since: NOON, retryAt: NOON + 30_000 })
    vi.advanceTimersByTime(30_000)
    expect(await breaker.call(() => 'up')).toBe('up')
    expect(breaker.state).toBe('closed')
  })

  test('for a while: what opened in that time goes on in ours after a reset', async () => {
    const breaker = make()
    fake()
    open(breaker)
    vi.advanceTimersByTime(10 * 86_400_000)
    open(breaker)
    vi.useRealTimers()
    breaker.reset()
    expect(breaker.tryAcquire()).toBeDefined()
    open(breaker)
    const { retryAt = 0 } = breaker.snapshot()
    expect(Math.abs(retryAt - Date.now() - 30_000)).toBeLessThan(5_000)
    const rejection = await breaker.call(() => 1).catch((error: unknown) => error)
    expect(findRejection(rejection)?.retryAfterMs).toBeGreaterThan(25_000)
  })

  test('a call across the border takes a time of at least none', async () => {
    const window = timeWindow(60_000)
    const breaker = new CircuitBreaker({ name: 'payments', window })
    const across = [breaker.acquire()]
    fake()
    across.push(breaker.acquire())
    across[0]?.success()
    vi.useRealTimers()
    across[1]?.success()
    const { total, avgDurationMs = Number.NaN } = breaker.snapshot().metrics
    expect(total).toBeLessThanOrEqual(2)
    expect(total === 0 || avgDurationMs >= 0).toBe(true)
  })
})

describe('with Date alone mocked', () => {
  test('timestamps are mocked, schedules run on', () => {
    vi.useFakeTimers({ now: NOON, toFake: ['Date'] })
    let now = 5_000
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const breaker = make()
    open(breaker)
    expect(breaker.snapshot()).toMatchObject({ since: NOON, retryAt: NOON + 30_000 })
    vi.setSystemTime(NOON + 86_400_000)
    expect(breaker.tryAcquire()).toBeUndefined() // a day by the wall, a moment in truth
    vi.setSystemTime(NOON - 86_400_000)
    now += 30_000
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.snapshot().since).toBe(NOON - 86_400_000)
  })

  test('also where its constructor throws, and now() gives what it likes', () => {
    const Broken = class {
      constructor() {
        throw new Error('no dates here')
      }
      static now = () => Number.NaN
    }
    vi.stubGlobal('Date', Broken)
    const breaker = make()
    open(breaker)
    expect(breaker.tryAcquire()).toBeUndefined()
    breaker.reset()
    expect(breaker.callSync(() => 'up')).toBe('up')
  })
})

describe('with performance alone mocked', () => {
  test('schedules are mocked, timestamps are true', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const breaker = make()
    open(breaker)
    expect(Math.abs(breaker.snapshot().since - Date.now())).toBeLessThan(5_000)
    vi.advanceTimersByTime(29_999)
    expect(breaker.snapshot().permitted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(breaker.snapshot().permitted).toBe(true)
    expect(await breaker.call(() => 'up')).toBe('up')
  })

  test('by a spy that stands still', () => {
    vi.spyOn(performance, 'now').mockReturnValue(5)
    const breaker = new CircuitBreaker({ name: 'payments', window: countWindow(10) })
    breaker.callSync(() => 'up')
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, totalDurationMs: 0 })
  })
})

test('a time limit is that of the timers, mocked or not', async () => {
  vi.useFakeTimers()
  const breaker = new CircuitBreaker({ name: 'payments', timeoutMs: 5_000 })
  const call = breaker.call(() => new Promise(() => {})).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await call).toMatchObject({ name: 'TimeoutError', timeoutMs: 5_000 })
  expect(breaker.snapshot().metrics).toMatchObject({ failures: 1, totalDurationMs: 5_000 })
  expect(vi.getTimerCount()).toBe(0)
})
