import { Deferred } from '@fluxgate/testkit/deferred'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { admitRandom, admitWhen, errorType, isCallNotPermitted } from '../../src/index.ts'

const LEASE_MS = 60_000

describe('the probe budget', () => {
  test.each([1, 3, 5])('of 200 calls at once exactly %i probe', async (probes) => {
    const rig = new Rig({ probes }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    const work = new Deferred<string>()
    let ran = 0
    const calls = Array.from({ length: 200 }, () =>
      rig.breaker.call(() => {
        ran++
        return work.promise
      }),
    )
    const settled = calls.map((call) => call.catch(isCallNotPermitted))

    // the rest are rejected while the probes are still under way: none is queued behind them
    expect(await Promise.all(settled.slice(probes))).toEqual(Array(200 - probes).fill(true))
    expect(ran).toBe(probes)

    work.resolve('up')
    expect(await Promise.all(settled.slice(0, probes))).toEqual(Array(probes).fill('up'))
    expect(ran).toBe(probes)
    expect(rig.breaker.state).toBe('closed')
  })

  test('is of calls in flight plus settled: a recorded probe frees no place', () => {
    const rig = new Rig({ probes: 2 }).enter('half_open')
    rig.succeed()
    const second = rig.breaker.tryAcquire()
    expect(second).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    second?.success()
    expect(rig.breaker.state).toBe('closed')
  })

  test('a permit applies on top of it, and takes no place when it says no', () => {
    let open = false
    const rig = new Rig({ probes: 1, permit: admitWhen('door', () => open) }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    expect(rig.breaker.state).toBe('half_open')
    open = true
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
  })

  test('a permit that admits one in two draws once for each call that finds a place', () => {
    const draws: number[] = []
    const chance = [0.5, 0.49, 0.49]
    const random = () => draws[draws.push(chance[draws.length] ?? 1) - 1] ?? 1
    const rig = new Rig({ probes: 2, random, permit: admitRandom(0.5) }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    expect(draws).toEqual([0.5, 0.49, 0.49])
  })
})

describe('a probe that is counted nowhere gives its place back', () => {
  test('released', () => {
    const rig = new Rig({ probes: 1 }).enter('half_open')
    rig.breaker.acquire().release()
    expectFreshBudget(rig)
  })

  test('ignored', async () => {
    const rig = new Rig({ probes: 1, tracker: errorType(TypeError) }).enter('half_open')
    await rig.breaker.call(() => Promise.reject(new RangeError('not mine'))).catch(() => {})
    expectFreshBudget(rig)
  })

  test('aborted', async () => {
    const rig = new Rig({ probes: 1 }).enter('half_open')
    const controller = new AbortController()
    const { signal } = controller
    const called = rig.breaker.call(() => new Promise(() => {}), { signal }).catch(() => {})
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    controller.abort()
    await called
    expectFreshBudget(rig)
  })

  test('a promise returned to callSync', () => {
    const rig = new Rig({ probes: 1 }).enter('half_open')
    expect(() => rig.breaker.callSync(() => Promise.resolve(1))).toThrow(TypeError)
    expectFreshBudget(rig)
  })

  function expectFreshBudget(rig: Rig): void {
    expect(rig.breaker.snapshot()).toMatchObject({
      state: 'half_open',
      permitted: true,
      metrics: { total: 0 },
    })
    rig.succeed()
    expect(rig.breaker.state).toBe('closed')
  }
})

describe('a probe holds its slot for probeLeaseMs', () => {
  test('free again at exactly that time, when the next call asks', () => {
    const rig = new Rig({ probes: 1, probeLeaseMs: 500 }).enter('half_open')
    rig.breaker.acquire()
    rig.clock.advance(499)
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    rig.clock.advance(1)
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
  })

  test('by default a minute', () => {
    const rig = new Rig({ probes: 1 }).enter('half_open')
    rig.breaker.acquire()
    rig.clock.advance(LEASE_MS - 1)
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    rig.clock.advance(1)
    expect(rig.breaker.tryAcquire()).toBeDefined()
  })

  test('an outcome just before its end counts', () => {
    const rig = new Rig({ probes: 1 }).enter('half_open')
    rig.succeed(1, LEASE_MS - 1)
    expect(rig.breaker.state).toBe('closed')
  })

  test.each(['success', 'failure'] as const)(
    'a %s at its end is stale, even when nobody asked for the slot',
    (outcome) => {
      const rig = new Rig({ probes: 1 }).enter('half_open')
      const late = rig.breaker.acquire()
      rig.clock.advance(LEASE_MS)
      late[outcome](new Error('late'))
      expect(rig.breaker.snapshot()).toMatchObject({ state: 'half_open', metrics: { total: 0 } })
      expect(rig.events.at(-1)).toMatchObject({ outcome, state: 'half_open', stale: true })
      rig.succeed()
      expect(rig.breaker.state).toBe('closed')
    },
  )

  test('a late outcome does not free the slot of the probe that took its place', () => {
    const rig = new Rig({ probes: 1 }).enter('half_open')
    const lost = rig.breaker.acquire()
    rig.clock.advance(LEASE_MS)
    const next = rig.breaker.acquire()
    lost.release()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    next.success()
    expect(rig.breaker.state).toBe('closed')
  })

  test('each on its own: the younger probe keeps its slot', () => {
    const rig = new Rig({ probes: 2 }).enter('half_open')
    rig.breaker.acquire()
    rig.clock.advance(LEASE_MS - 1)
    const younger = rig.breaker.acquire()
    rig.clock.advance(1)
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    younger.success()
    expect(rig.breaker.snapshot().metrics.total).toBe(1)
  })

  test('lost probes never wedge the circuit, however many there are', async () => {
    const rig = new Rig({ probes: 3 }).enter('half_open')
    for (let i = 0; i < 50; i++) {
      for (let probe = 0; probe < 3; probe++) void rig.breaker.call(() => new Promise(() => {}))
      expect(rig.breaker.tryAcquire()).toBeUndefined()
      rig.clock.advance(LEASE_MS)
    }
    rig.succeed(3)
    expect(rig.breaker.state).toBe('closed')
  })
})
