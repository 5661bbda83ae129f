import { COOLDOWN_MS, states } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { failureRate, minRequests, rampUp, timeWindow } from '../../src/index.ts'
import { bench, down, thrownBy } from './clock-bench.ts'
import { YEAR_MS } from './faulty-clock.ts'

describe.each([
  ['an hour', 3_600_000],
  ['a year', YEAR_MS],
])('the monotonic clock jumps %s ahead', (_, leapMs) => {
  test.each(states)('in %s: only what is due happens', (state) => {
    const { clock, breaker } = bench()
    const arrive = {
      closed: () => {},
      open: () => breaker.trip(),
      half_open: () => {
        breaker.trip()
        clock.advance(COOLDOWN_MS)
        breaker.tryAcquire()?.release()
      },
      metrics_only: () => breaker.metricsOnly(),
      disabled: () => breaker.disable(),
      forced_open: () => breaker.forceOpen(),
    }
    arrive[state]()
    expect(breaker.state).toBe(state)
    clock.jump(leapMs)
    expect(breaker.state).toBe(state) // reading moves nothing
    expect(breaker.snapshot().permitted).toBe(state !== 'forced_open')
    breaker.tryAcquire()?.success()
    expect(breaker.state).toBe(state === 'open' ? 'half_open' : state)
  })

  test('a call that was under way took that long, and a window forgets what was before', () => {
    const { clock, breaker } = bench({ window: timeWindow(60_000), tripper: failureRate(1) })
    breaker.acquire().success()
    const call = breaker.acquire()
    clock.jump(leapMs)
    expect(breaker.snapshot().metrics.total).toBe(0)
    call.success()
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, totalDurationMs: leapMs })
  })

  test('leases run out, ramps are at their end', () => {
    const permit = rampUp({ from: 0.01, to: 1, durationMs: 10_000 })
    const { clock, breaker, moves } = bench({ permit, probes: 1, random: () => 0.005 })
    breaker.trip()
    clock.advance(COOLDOWN_MS)
    const lost = breaker.acquire()
    expect(breaker.tryAcquire()).toBeUndefined()
    clock.jump(leapMs)
    const probe = breaker.acquire()
    lost.failure(down) // too late to count
    expect(breaker.state).toBe('half_open')
    probe.success()
    expect(moves().at(-1)).toBe('half_open>closed')
  })
})

describe('the clock stands still', () => {
  test('nothing falls due, nothing expires, every call takes no time', () => {
    const { breaker, signals } = bench({
      window: timeWindow(1_000),
      tripper: minRequests(50).and(failureRate(0.5)),
    })
    for (let i = 0; i < 49; i++) breaker.acquire().failure(down)
    expect(breaker.snapshot().metrics).toMatchObject({ total: 49, avgDurationMs: 0 })
    breaker.acquire().failure(down)
    expect(breaker.state).toBe('open')
    for (let i = 0; i < 1_000; i++) expect(breaker.tryAcquire()).toBeUndefined()
    expect(signals).toHaveLength(1)
    expect(breaker.rejections).toBe(1_000)
  })

  test('a probe keeps its slot, others are rejected, and it goes on when time does', () => {
    const { clock, breaker } = bench({ probes: 1 })
    breaker.trip()
    clock.advance(COOLDOWN_MS)
    const probe = breaker.acquire()
    for (let i = 0; i < 100; i++) expect(breaker.tryAcquire()).toBeUndefined()
    probe.success()
    expect(breaker.state).toBe('closed')
  })
})

describe('the clock steps back an hour, which no monotonic one may', () => {
  const HOUR_MS = 3_600_000

  test('a call that ends before it began took no time', () => {
    const { clock, breaker } = bench()
    const call = breaker.acquire()
    clock.jump(-HOUR_MS)
    call.success()
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, totalDurationMs: 0 })
  })

  test('what is open waits for that hour too, unless somebody moves it', () => {
    const { clock, breaker } = bench()
    breaker.trip()
    clock.jump(-HOUR_MS)
    clock.advance(COOLDOWN_MS)
    const rejection = thrownBy(() => breaker.acquire())
    expect(rejection).toMatchObject({ retryAfterMs: HOUR_MS })
    breaker.trip({ forMs: COOLDOWN_MS })
    clock.advance(COOLDOWN_MS)
    expect(breaker.tryAcquire()).toBeDefined()
  })

  test('counts are as many as the calls, and no more when it has caught up', () => {
    const { clock, breaker } = bench({ window: timeWindow(60_000), tripper: failureRate(1) })
    for (let i = 0; i < 10; i++) breaker.acquire().success()
    clock.jump(-HOUR_MS)
    for (let i = 0; i < 10; i++) breaker.acquire().success()
    expect(breaker.snapshot().metrics.total).toBe(20)
    clock.advance(HOUR_MS + 60_000)
    expect(breaker.snapshot().metrics.total).toBe(0)
  })

  test('a lease may be lost by it, never a slot', () => {
    const { clock, breaker } = bench({ probes: 2, probeLeaseMs: 10_000 })
    breaker.trip()
    clock.advance(COOLDOWN_MS)
    const before = breaker.acquire()
    clock.jump(-500)
    const after = breaker.acquire()
    expect(breaker.tryAcquire()).toBeUndefined()
    clock.advance(10_000) // the later one runs out first
    expect(breaker.tryAcquire()).toBeDefined()
    expect(breaker.tryAcquire()).toBeUndefined()
    after.success()
    before.success()
    expect(breaker.snapshot().metrics.total).toBe(1)
  })

  test('half_open ends as soon as its probes are through, not when the clock has caught up', () => {
    const { clock, breaker } = bench({ probes: 1 })
    breaker.trip()
    clock.advance(COOLDOWN_MS)
    const probe = breaker.acquire()
    clock.jump(-HOUR_MS)
    probe.success()
    expect(breaker.state).toBe('closed')
  })

  test('a ramp lets through what it does at its start', () => {
    const permit = rampUp({ from: 0.5, to: 1, durationMs: 10_000 })
    const { clock, breaker } = bench({ probes: 1, permit, random: () => 0.4 })
    breaker.trip()
    clock.advance(COOLDOWN_MS)
    breaker.acquire().success()
    clock.jump(-HOUR_MS)
    expect(breaker.snapshot()).toMatchObject({ state: 'half_open', permitted: true })
    expect(breaker.tryAcquire()).toBeDefined()
  })

  test('a probe that was given up stays given up', () => {
    const { clock, breaker } = bench({ probes: 1, probeLeaseMs: 10_000 })
    breaker.trip()
    clock.advance(COOLDOWN_MS)
    const lost = breaker.acquire()
    clock.advance(10_000)
    const next = breaker.acquire() // in the place of the lost one
    clock.jump(-HOUR_MS)
    lost.success()
    expect(breaker.state).toBe('half_open')
    next.success()
    expect(breaker.state).toBe('closed')
  })
})
