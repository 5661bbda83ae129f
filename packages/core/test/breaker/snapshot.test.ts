import { COOLDOWN_MS, Rig, states } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { admitRandom, type CircuitBreaker, rampUp, slowRate, timeWindow } from '../../src/index.ts'

describe('a snapshot', () => {
  test('is the circuit at one moment', () => {
    const rig = new Rig({ tripper: slowRate(1, 50) })
    rig.succeed(1, 40)
    rig.fail(1, new Error('down'), 60)
    expect(rig.breaker.snapshot()).toEqual({
      name: 'payments',
      state: 'closed',
      since: rig.clock.timestamp() - 100,
      reopens: 0,
      metrics: {
        total: 2,
        failures: 1,
        totalDurationMs: 100,
        failureStreak: 1,
        failureRate: 0.5,
        avgDurationMs: 50,
        slow: { 50: 1 },
      },
      permitted: true,
    })
  })

  test('has no rates without calls: undefined, never NaN or -1', () => {
    const { metrics } = new Rig().breaker.snapshot()
    expect(metrics).toEqual({
      total: 0,
      failures: 0,
      totalDurationMs: 0,
      failureStreak: 0,
      failureRate: undefined,
      avgDurationMs: undefined,
      slow: {},
    })
  })

  test('has retryAt in open only', () => {
    const rig = new Rig()
    for (const state of states) {
      rig.enter(state)
      const { retryAt } = rig.breaker.snapshot()
      expect(retryAt).toBe(state === 'open' ? rig.clock.timestamp() + COOLDOWN_MS : undefined)
      expect('retryAt' in rig.breaker.snapshot()).toBe(state === 'open')
    }
  })

  test('is frozen, and so is what is in it', () => {
    for (const state of states) {
      const snapshot = new Rig().enter(state).breaker.snapshot()
      expect(Object.isFrozen(snapshot)).toBe(true)
      expect(Object.isFrozen(snapshot.metrics)).toBe(true)
      expect(Object.isFrozen(snapshot.metrics.slow)).toBe(true)
    }
  })

  test('stays what it was when the circuit goes on', () => {
    const rig = new Rig()
    rig.fail()
    const before = rig.breaker.snapshot()
    rig.fail(2)
    expect(before).toMatchObject({ state: 'closed', metrics: { total: 1 } })
  })
})

describe('is the same object until something in it changed', () => {
  test.each(states)('%s: however often it is taken, and while time passes', (state) => {
    const rig = new Rig().enter(state)
    const first = rig.breaker.snapshot()
    rig.clock.advance(COOLDOWN_MS - 1)
    for (let i = 0; i < 3; i++) expect(rig.breaker.snapshot()).toBe(first)
  })

  test('a call under way or counted nowhere changes nothing', () => {
    const rig = new Rig()
    const first = rig.breaker.snapshot()
    const ticket = rig.breaker.acquire()
    expect(rig.breaker.snapshot()).toBe(first)
    ticket.release()
    expect(rig.breaker.snapshot()).toBe(first)
  })

  test('rejected calls change nothing', () => {
    const rig = new Rig().enter('forced_open')
    const first = rig.breaker.snapshot()
    rig.breaker.tryAcquire()
    expect(rig.breaker.snapshot()).toBe(first)
  })

  test('calls in disabled change nothing', () => {
    const rig = new Rig().enter('disabled')
    const first = rig.breaker.snapshot()
    rig.succeed()
    expect(rig.breaker.snapshot()).toBe(first)
  })

  test.each([
    ['a recorded call', (rig: Rig) => rig.succeed()],
    ['a move', (rig: Rig) => rig.breaker.disable()],
    ['reset in closed', (rig: Rig) => rig.breaker.reset()],
  ])('%s changes it', (_, change) => {
    const rig = new Rig()
    rig.succeed()
    const first = rig.breaker.snapshot()
    change(rig)
    expect(rig.breaker.snapshot()).not.toBe(first)
  })

  test('a window of time that forgets changes it, on reading', () => {
    const rig = new Rig({ window: timeWindow(1_000) })
    rig.fail()
    const first = rig.breaker.snapshot()
    rig.clock.advance(999)
    expect(rig.breaker.snapshot()).toBe(first)
    rig.clock.advance(1)
    const second = rig.breaker.snapshot()
    expect(second.metrics).toMatchObject({ total: 0, failures: 0 })
    expect(rig.breaker.snapshot()).toBe(second)
  })

  test('also when it was explain() that found the window changed', () => {
    const rig = new Rig({ window: timeWindow(1_000) })
    rig.fail()
    expect(rig.breaker.snapshot().metrics.total).toBe(1)
    rig.clock.advance(1_000)
    rig.breaker.explain()
    expect(rig.breaker.snapshot().metrics.total).toBe(0)
  })

  test('the retry time that comes changes permitted', () => {
    const rig = new Rig().enter('open')
    const first = rig.breaker.snapshot()
    rig.clock.advance(COOLDOWN_MS)
    expect(rig.breaker.snapshot()).toEqual({ ...first, permitted: true })
    expect(rig.breaker.snapshot()).toBe(rig.breaker.snapshot())
  })

  test('trip({ forMs }) in open changes retryAt', () => {
    const rig = new Rig().enter('open')
    const first = rig.breaker.snapshot()
    rig.breaker.trip({ forMs: 5 })
    expect(rig.breaker.snapshot()).toEqual({ ...first, retryAt: rig.clock.timestamp() + 5 })
  })
})

describe('reading is pure', () => {
  const read = (breaker: CircuitBreaker) => {
    breaker.snapshot()
    breaker.explain()
    breaker.toJSON()
    return breaker.state
  }

  test('an open circuit whose time has come stays open', () => {
    const rig = new Rig().enter('open')
    rig.clock.advance(COOLDOWN_MS * 10)
    expect([read(rig.breaker), read(rig.breaker)]).toEqual(['open', 'open'])
    expect(rig.signals).toEqual([])
  })

  test('a ramp that has ended stays half-open', () => {
    const rig = new Rig({
      probes: 1,
      permit: rampUp({ from: 1, to: 1, durationMs: 10 }),
    }).enter('half_open')
    rig.succeed()
    rig.clock.advance(10)
    expect([read(rig.breaker), read(rig.breaker)]).toEqual(['half_open', 'half_open'])
    expect(rig.signals).toEqual([])
  })

  test('it takes no probe slot and draws no chance', () => {
    let draws = 0
    const random = () => ++draws * 0
    const rig = new Rig({ probes: 1, permit: admitRandom(0.5), random }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    read(rig.breaker)
    expect(draws).toBe(0)
    const probe = rig.breaker.acquire()
    read(rig.breaker)
    expect(draws).toBe(1)
    probe.success()
    expect(rig.breaker.state).toBe('closed')
  })

  test('explain finds the window as it is now: what is too old is not in it', () => {
    const rig = new Rig({ window: timeWindow(1_000) })
    rig.fail(2)
    expect(rig.breaker.explain()).toMatchObject({ rule: 'failure streak', actual: 2 })
    const slow = new Rig({ window: timeWindow(1_000), tripper: slowRate(1, 10) })
    slow.breaker.acquire().success()
    expect(slow.breaker.explain()).toMatchObject({ actual: 0 })
    slow.clock.advance(1_000)
    expect(slow.breaker.explain()).not.toHaveProperty('actual')
  })
})
