import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  CircuitBreaker,
  cooldown,
  countWindow,
  failureStreak,
  findRejection,
  minRequests,
  slowRate,
  timeWindow,
} from '../../src/index.ts'

// Breakers with the default clock under fake timers: `vi.useFakeTimers` is @sinonjs/fake-timers, as in
// Jest and Sinon, with the same lists of what to fake.

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
const allTimers: Fakes = undefined
const timesOnly: Fakes = ['Date', 'performance']

describe.each([
  ['all timers', allTimers],
  ['Date and performance', timesOnly],
])('with %s mocked', (_, toFake) => {
  const fake = () => vi.useFakeTimers({ now: NOON, ...(toFake && { toFake }) })

  test('a breaker made afterwards uses the mocked time', async () => {
    fake()
    const breaker = make()
    expect(breaker.snapshot().since).toBe(NOON)
    open(breaker)
    expect(breaker.snapshot().retryAt).toBe(NOON + 30_000)
    vi.advanceTimersByTime(29_998)
    expect(breaker.tryAcquire()).toBeUndefined()
    vi.advanceTimersByTime(2)
    expect(await breaker.call(() => 'up')).toBe('up')
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', since: NOON + 30_000 })
  })

  test('a closed breaker made before goes over to the mocked time', async () => {
    const breaker = make()
    fake()
    open(breaker)
    expect(breaker.snapshot()).toMatchObject({ since: NOON, retryAt: NOON + 30_000 })
    vi.advanceTimersByTime(30_000)
    expect(await breaker.call(() => 'up')).toBe('up')
    expect(breaker.state).toBe('closed')
  })

  test('a circuit that opened in mocked time continues in real time after a reset', async () => {
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

  test('a call that starts in one time and ends in the other has no negative duration', async () => {
    const window = timeWindow(60_000)
    const breaker = new CircuitBreaker({ name: 'payments', window, timed: true })
    const tickets = [breaker.acquire()]
    fake()
    tickets.push(breaker.acquire())
    tickets[0]?.success()
    vi.useRealTimers()
    tickets[1]?.success()
    const { total, avgDurationMs = Number.NaN } = breaker.snapshot().metrics
    expect(total).toBeLessThanOrEqual(2)
    expect(total === 0 || avgDurationMs >= 0).toBe(true)
  })
})

describe('with Date alone mocked', () => {
  test('timestamps are mocked and schedules are not', () => {
    vi.useFakeTimers({ now: NOON, toFake: ['Date'] })
    let now = 5_000
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const breaker = make()
    open(breaker)
    expect(breaker.snapshot()).toMatchObject({ since: NOON, retryAt: NOON + 30_000 })
    vi.setSystemTime(NOON + 86_400_000)
    expect(breaker.tryAcquire()).toBeUndefined() // a day by the wall clock, a moment by the monotonic one
    vi.setSystemTime(NOON - 86_400_000)
    now += 30_000
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.snapshot().since).toBe(NOON - 86_400_000)
  })

  test('a Date whose constructor throws and whose now() returns NaN breaks no call', () => {
    const Broken = class {
      constructor() {
        throw new Error('no dates')
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
  test('schedules are mocked and timestamps are not', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const breaker = make()
    open(breaker)
    expect(Math.abs(breaker.snapshot().since - Date.now())).toBeLessThan(5_000)
    vi.advanceTimersByTime(29_998)
    expect(breaker.snapshot().permitted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(breaker.snapshot().permitted).toBe(true)
    expect(await breaker.call(() => 'up')).toBe('up')
  })

  test('rounded to 100 ms, fast calls take no time and slow ones are slow', () => {
    let now = 5_000
    vi.spyOn(performance, 'now').mockImplementation(() => Math.floor(now / 100) * 100)
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: minRequests(3).and(slowRate(0.6, 200)),
      retry: cooldown(60_000),
    })
    const callFor = (ms: number) =>
      breaker.callSync(() => {
        now += ms
      })
    for (let i = 0; i < 3; i++) callFor(20)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 3, totalDurationMs: 0 })
    for (let i = 0; i < 5; i++) callFor(300)
    expect(breaker.state).toBe('open')
  })

  test('by a spy that always returns the same time, calls take no time', () => {
    vi.spyOn(performance, 'now').mockReturnValue(5)
    const breaker = new CircuitBreaker({ name: 'payments', window: countWindow(10) })
    breaker.callSync(() => 'up')
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, totalDurationMs: 0 })
  })
})

test('a time limit follows mocked timers', async () => {
  vi.useFakeTimers()
  const breaker = new CircuitBreaker({ name: 'payments', timeoutMs: 5_000, timed: true })
  const call = breaker.call(() => new Promise(() => {})).catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await call).toMatchObject({ name: 'TimeoutError', timeoutMs: 5_000 })
  expect(breaker.snapshot().metrics).toMatchObject({ failures: 1, totalDurationMs: 5_000 })
  expect(vi.getTimerCount()).toBe(0)
})
