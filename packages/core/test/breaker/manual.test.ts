import { COOLDOWN_MS, Rig, states } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { backoff, type CircuitBreaker, cooldown, retryNever, type State } from '../../src/index.ts'

/** The move that leads to a state; none leads to half_open. */
const moves = {
  closed: (breaker) => breaker.reset(),
  open: (breaker) => breaker.trip(),
  metrics_only: (breaker) => breaker.metricsOnly(),
  disabled: (breaker) => breaker.disable(),
  forced_open: (breaker) => breaker.forceOpen(),
} as const satisfies Partial<Record<State, (breaker: CircuitBreaker) => void>>

const targets = ['closed', 'open', 'metrics_only', 'disabled', 'forced_open'] as const
const pairs = states.flatMap((from) =>
  targets.filter((to) => to !== from).map((to) => ({ from, to })),
)

test.each(pairs)('$from → $to is told once, as manual', ({ from, to }) => {
  const { breaker, clock, signals, told } = new Rig().enter(from)
  clock.advance(5)
  moves[to](breaker)
  expect(breaker.snapshot()).toMatchObject({ state: to, since: clock.timestamp(), reopens: 0 })
  expect(signals).toEqual([
    expect.objectContaining({
      circuitName: 'payments',
      oldState: from,
      newState: to,
      cause: 'manual',
      reason: expect.stringMatching(/by hand/),
      timestamp: clock.timestamp(),
    }),
  ])
  expect(told).toEqual([])
})

describe('to the state it is in', () => {
  test.each(targets.filter((state) => state !== 'closed'))('%s: nothing happens', (state) => {
    const { breaker, clock, signals } = new Rig().enter(state)
    const before = breaker.snapshot()
    clock.advance(5)
    moves[state](breaker)
    expect(breaker.snapshot()).toBe(before)
    expect(signals).toEqual([])
  })

  test('metrics_only: its epoch goes on', () => {
    const rig = new Rig().enter('metrics_only')
    const early = rig.breaker.acquire()
    rig.succeed()
    rig.breaker.metricsOnly()
    early.success()
    expect(rig.breaker.snapshot().metrics.total).toBe(2)
    expect(rig.events.at(-1)).toMatchObject({ outcome: 'success', stale: false })
  })

  test('closed: reset silently begins a new epoch with an empty window', () => {
    const rig = new Rig()
    rig.fail(2)
    const early = rig.breaker.acquire()
    rig.breaker.reset()
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 0, failureStreak: 0 })
    early.failure(new Error('late'))
    expect(rig.events.at(-1)).toMatchObject({ outcome: 'failure', stale: true })
    rig.fail(2)
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 2 } })
    expect(rig.signals).toEqual([])
  })
})

describe('trip', () => {
  test('opens for as long as the retry schedule says', () => {
    const { breaker, clock } = new Rig({ retry: cooldown(7_000) })
    breaker.trip()
    expect(breaker.snapshot().retryAt).toBe(clock.timestamp() + 7_000)
  })

  test('opens for forMs instead, also where the schedule says never', () => {
    const { breaker, clock } = new Rig({ retry: retryNever() })
    breaker.trip({ forMs: 250 })
    expect(breaker.snapshot().retryAt).toBe(clock.timestamp() + 250)
    clock.advance(249)
    expect(breaker.tryAcquire()).toBeUndefined()
    clock.advance(1)
    expect(breaker.tryAcquire()).toBeDefined()
  })

  test('gives its reason to the signal, and no cause to the rejection', async () => {
    const { breaker, signals } = new Rig()
    breaker.trip({ reason: 'maintenance at noon' })
    expect(signals[0]).toMatchObject({ cause: 'manual', reason: 'maintenance at noon' })
    const rejection = await breaker.call(() => 1).catch((error) => error)
    expect(rejection).not.toHaveProperty('cause')
  })

  test.each([
    ['later', 5_000],
    ['earlier', 10],
  ])('with forMs in open moves retryAt, here %s, and tells nobody', (_, forMs) => {
    const rig = new Rig().enter('open')
    const { since } = rig.breaker.snapshot()
    rig.clock.advance(1)
    rig.breaker.trip({ forMs, reason: 'asked to wait' })
    expect(rig.signals).toEqual([])
    expect(rig.breaker.snapshot()).toMatchObject({
      state: 'open',
      since,
      retryAt: rig.clock.timestamp() + forMs,
    })
    rig.clock.advance(forMs - 1)
    expect(rig.admits()).toBe(false)
    rig.clock.advance(1)
    expect(rig.admits()).toBe(true)
  })

  test('without forMs in open leaves retryAt alone', () => {
    const rig = new Rig().enter('open')
    const { retryAt } = rig.breaker.snapshot()
    rig.clock.advance(1)
    rig.breaker.trip({ reason: 'again' })
    expect(rig.breaker.snapshot().retryAt).toBe(retryAt)
  })

  test.each([
    [{ forMs: 0 }, RangeError, 'trip: forMs must be a number of milliseconds above 0, got 0'],
    [{ forMs: -1 }, RangeError, 'got -1'],
    [{ forMs: Number.NaN }, RangeError, 'got NaN'],
    [{ forMs: Number.POSITIVE_INFINITY }, RangeError, 'got Infinity'],
    [{ forMs: '1s' }, TypeError, 'trip: forMs must be a number of milliseconds above 0, got "1s"'],
    [{ reason: 5 }, TypeError, 'trip: reason must be a non-empty string, got 5'],
    [{ formS: 5 }, TypeError, 'got "formS"'],
    ['soon', TypeError, 'trip: options must be an object, got "soon"'],
  ])('refuses %j and moves nothing', (options, type, message) => {
    const { breaker } = new Rig()
    const trip = () => breaker.trip(options as never)
    expect(trip).toThrow(type)
    expect(trip).toThrow(message)
    expect(breaker.state).toBe('closed')
  })
})

describe('reopens', () => {
  const reopened = () => {
    const rig = new Rig({ retry: backoff({ initialMs: COOLDOWN_MS, multiplier: 1 }), probes: 1 })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.reopen()
    rig.reopen()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 2 })
    return rig
  }

  test.each(targets.filter((state) => state !== 'open'))('start over with a move to %s', (to) => {
    const { breaker } = reopened()
    moves[to](breaker)
    expect(breaker.snapshot().reopens).toBe(0)
  })

  test('start over with trip out of half_open', () => {
    const rig = reopened()
    rig.admits()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'half_open', reopens: 2 })
    rig.breaker.trip()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 0 })
  })

  test('start over with trip({ forMs }) in open, and so does the schedule', () => {
    const rig = new Rig({ retry: backoff({ initialMs: COOLDOWN_MS }), probes: 1 })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.fail()
    rig.clock.advance(2 * COOLDOWN_MS)
    rig.fail()
    expect(rig.breaker.snapshot().retryAt).toBe(rig.clock.timestamp() + 4 * COOLDOWN_MS)
    rig.breaker.trip({ forMs: 1 })
    expect(rig.breaker.snapshot().reopens).toBe(0)
    rig.clock.advance(1)
    rig.fail()
    expect(rig.breaker.snapshot()).toMatchObject({
      reopens: 1,
      retryAt: rig.clock.timestamp() + 2 * COOLDOWN_MS,
    })
  })
})
