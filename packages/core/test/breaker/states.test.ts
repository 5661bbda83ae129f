import { COOLDOWN_MS, Rig, states } from '@fluxgate/testkit/rig'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  CircuitBreaker,
  failureStreak,
  minRequests,
  type State,
  slowRate,
} from '../../src/index.ts'
import { ManualClock, seededRandom } from '../../src/testing/index.ts'

const admits: Record<State, boolean> = {
  closed: true,
  open: false,
  half_open: true,
  metrics_only: true,
  disabled: true,
  forced_open: false,
}

const records: Record<State, boolean> = {
  closed: true,
  open: false,
  half_open: true,
  metrics_only: true,
  disabled: false,
  forced_open: false,
}

test('a new breaker is closed, with nothing recorded', () => {
  const { breaker } = new Rig()
  expect(breaker.state).toBe('closed')
  expect(breaker.snapshot()).toMatchObject({ state: 'closed', reopens: 0, metrics: { total: 0 } })
})

describe.each(states)('%s', (state) => {
  test(`${admits[state] ? 'lets calls through' : 'lets no call through'}`, async () => {
    const { breaker } = new Rig().enter(state)
    const fn = vi.fn(() => 'value')
    const called = breaker.call(fn)
    if (admits[state]) await expect(called).resolves.toBe('value')
    else await expect(called).rejects.toMatchObject({ name: 'CallNotPermittedError', state })
    expect(fn).toHaveBeenCalledTimes(admits[state] ? 1 : 0)
  })

  test(`${records[state] ? 'records' : 'does not record'} outcomes`, async () => {
    const { breaker } = new Rig().enter(state)
    await breaker.call(() => 'value').catch(() => {})
    await breaker.call(() => Promise.reject('down')).catch(() => {})
    expect(breaker.snapshot().metrics).toMatchObject(
      records[state] ? { total: 2, failures: 1 } : { total: 0, failures: 0 },
    )
  })

  test(`${state === 'disabled' ? 'has no call events' : 'has call events'}`, async () => {
    const { breaker, events } = new Rig().enter(state)
    await breaker.call(() => 'value').catch(() => {})
    expect(events).toHaveLength(state === 'disabled' ? 0 : 1)
  })

  test('does not move with time alone', () => {
    const { breaker, clock, signals } = new Rig().enter(state)
    clock.advance(1e12)
    expect(breaker.state).toBe(state)
    expect(signals).toEqual([])
  })
})

test.each(['metrics_only', 'disabled', 'forced_open'] as const)(
  '%s is not left by itself, whatever calls bring',
  async (state) => {
    const { breaker, clock } = new Rig().enter(state)
    for (let i = 0; i < 20; i++) {
      await breaker.call(() => Promise.reject('down')).catch(() => {})
      await breaker.call(() => 'value').catch(() => {})
      clock.advance(1e9)
    }
    expect(breaker.state).toBe(state)
  },
)

describe('closed → open', () => {
  test('when the rule says so, and not one failure before', () => {
    const rig = new Rig({ tripper: failureStreak(3) })
    rig.fail(2)
    expect(rig.breaker.state).toBe('closed')
    rig.fail()
    expect(rig.breaker.state).toBe('open')
  })

  test('the rule is asked after a success too', () => {
    const rig = new Rig({ tripper: minRequests(2).and(slowRate(1, 100)) })
    rig.succeed(1, 100)
    expect(rig.breaker.state).toBe('closed')
    rig.succeed(1, 100)
    expect(rig.breaker.state).toBe('open')
  })
})

describe('open → half_open', () => {
  test('on the first call at retryAt, not a millisecond before', () => {
    const rig = new Rig()
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS - 1)
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    expect(rig.breaker.state).toBe('open')
    rig.clock.advance(1)
    expect(rig.breaker.snapshot().retryAt).toBe(rig.clock.timestamp())
    expect(rig.breaker.state).toBe('open')
    expect(rig.breaker.tryAcquire()).toBeDefined()
    expect(rig.breaker.state).toBe('half_open')
  })

  test('that call is a probe: its outcome is recorded', () => {
    const rig = new Rig().enter('open')
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'half_open', metrics: { total: 1 } })
  })
})

describe('every entry into a state begins empty', () => {
  test.each(['closed', 'metrics_only'] as const)('%s: window and streak', (state) => {
    const rig = new Rig({ tripper: failureStreak(3) }).enter(state)
    rig.fail(2)
    rig.breaker.forceOpen()
    rig.enter(state)
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 0, failureStreak: 0 })
    rig.fail(2)
    expect(rig.signals).toEqual([])
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 2, failureStreak: 2 })
    rig.fail()
    expect(rig.signals).toHaveLength(1)
  })

  test('half_open: window, streak and probe budget', () => {
    const rig = new Rig({ probes: 3, tripper: failureStreak(2) }).enter('half_open')
    rig.succeed()
    rig.fail()
    rig.breaker.acquire() // in flight for good: it holds its slot in this epoch only
    rig.enter('half_open')
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 0, failureStreak: 0 })
    rig.fail()
    expect(rig.breaker.state).toBe('half_open')
    rig.breaker.acquire()
    rig.breaker.acquire()
    expect(rig.breaker.tryAcquire()).toBeUndefined()
  })

  test('closed after probes: what they found is not taken along', () => {
    const rig = new Rig({ probes: 3, tripper: failureStreak(2) }).enter('half_open')
    rig.succeed(2)
    rig.fail()
    expect(rig.breaker.state).toBe('closed')
    expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 0, failureStreak: 0 })
    rig.fail()
    expect(rig.breaker.state).toBe('closed')
  })
})

describe('without options', () => {
  const breaker = () => {
    const clock = new ManualClock()
    return { clock, breaker: new CircuitBreaker({ name: 'page', clock, random: seededRandom(7) }) }
  }

  test('half of ten calls open it, so that a page with tens of calls is protected', () => {
    const { breaker: page } = breaker()
    for (let i = 0; i < 9; i++) page.acquire()[i % 2 === 0 ? 'failure' : 'success'](Error('down'))
    expect(page.state).toBe('closed')
    page.acquire().failure(Error('down'))
    expect(page.state).toBe('open')
  })

  test('fewer than half do not', () => {
    const { breaker: page } = breaker()
    for (let i = 0; i < 100; i++) page.acquire()[i % 5 > 2 ? 'failure' : 'success'](Error('down'))
    expect(page.snapshot()).toMatchObject({
      state: 'closed',
      metrics: { total: 100, failureRate: 0.4 },
    })
  })

  test('it waits 27 to 33 seconds, then lets three probes in', () => {
    const { breaker: page, clock } = breaker()
    page.trip()
    const waitMs = (page.snapshot().retryAt ?? 0) - clock.timestamp()
    expect(waitMs).toBeGreaterThanOrEqual(27_000)
    expect(waitMs).toBeLessThanOrEqual(33_000)
    clock.advance(33_000)
    const probes = [page.tryAcquire(), page.tryAcquire(), page.tryAcquire()]
    expect(page.tryAcquire()).toBeUndefined()
    for (const probe of probes) probe?.success()
    expect(page.state).toBe('closed')
  })
})

describe('no timers', () => {
  afterEach(() => void vi.useRealTimers())

  test('nothing is scheduled in any state, nor by any call without a time limit', async () => {
    vi.useFakeTimers()
    const rig = new Rig()
    for (const state of states) {
      rig.enter(state)
      await rig.breaker.call(() => Promise.reject('down')).catch(() => {})
      await rig.breaker.call(() => 1, { signal: new AbortController().signal }).catch(() => {})
      expect(vi.getTimerCount()).toBe(0)
    }
  })
})
