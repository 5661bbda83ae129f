import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test, vi } from 'vitest'
import {
  admitAll,
  avgLatency,
  backoff,
  CircuitBreaker,
  cooldown,
  errorType,
  failureRate,
  isCallNotPermitted,
  minRequests,
  resultWhere,
  slowRate,
  timeWindow,
} from '../src/index.ts'
import { ManualClock } from '../src/testing/index.ts'

// Each test is a flaw of another circuit breaker, reproduced or found in its code, that Fluxgate does not have.

const down = new Error('down')

describe('stale results', () => {
  test('a slow success of the closed circuit does not close the half-open one', () => {
    const rig = new Rig({ probes: 1 })
    const slow = rig.breaker.acquire()
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    const probe = rig.breaker.acquire()
    slow.success()
    expect(rig.breaker.state).toBe('half_open')
    probe.failure(down)
    expect(rig.breaker.state).toBe('open')
  })

  test('a failure from before the opening does not reopen a recovered circuit', () => {
    const rig = new Rig({ probes: 1, tripper: failureRate(0.01) })
    const old = rig.breaker.acquire()
    rig.fail()
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    old.failure(down)
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 0 } })
  })
})

describe('listeners', () => {
  const throwing = {
    onSignal() {
      throw new Error('listener')
    },
    onCall() {
      throw new Error('listener')
    },
  }

  test('a listener that throws does not turn a success into a failure', async () => {
    const { breaker } = new Rig({ listeners: [throwing] }).enter('metrics_only')
    expect(await breaker.call(() => 'value')).toBe('value')
    expect(breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 0 })
  })

  test("a listener that throws does not replace the caller's error", async () => {
    const { breaker } = new Rig({ listeners: [throwing], tripper: failureRate(0.01) })
    await expect(breaker.call(() => Promise.reject(down))).rejects.toBe(down)
    await expect(breaker.call(() => 1)).rejects.toSatisfy(isCallNotPermitted)
  })

  test('a listener that throws after a timeout does not crash the process', async () => {
    const rig = new Rig({ listeners: [throwing], timeoutMs: 1 })
    const call = rig.breaker.call(() => new Promise(() => {}))
    rig.clock.advance(1)
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(rig.errors).toHaveLength(1) // an error thrown in the timer would have failed the run
  })

  test('a slow listener does not delay the caller, and receives its signals in order', async () => {
    const seen: string[] = []
    const posts: Deferred[] = []
    const slack = async ({ newState }: { newState: string }) => {
      const post = new Deferred()
      posts.push(post)
      await post.promise
      seen.push(newState)
    }
    const rig = new Rig({ listeners: [slack], probes: 1, tripper: failureRate(0.01) })
    await expect(rig.breaker.call(() => Promise.reject(down))).rejects.toBe(down)
    rig.clock.advance(COOLDOWN_MS)
    expect(await rig.breaker.call(() => 'value')).toBe('value')
    expect(rig.transitions).toHaveLength(3)
    for (let turn = 0; turn < 3; turn++) {
      posts[turn]?.resolve()
      await microtasks()
    }
    expect(seen).toEqual(['open', 'half_open', 'closed'])
  })
})

describe('half-open', () => {
  test('the first success does not close when the rule wants more calls', () => {
    const rig = new Rig({ probes: 5, tripper: minRequests(5).and(failureRate(0.5)) })
    rig.enter('half_open').succeed()
    expect(rig.breaker.state).toBe('half_open')
  })

  test('failing probes below minRequests reopen the circuit', () => {
    const rig = new Rig({ probes: 3, tripper: minRequests(20).and(failureRate(0.5)) })
    rig.enter('half_open').fail(3)
    expect(rig.breaker.state).toBe('open')
  })

  test('slow probes reopen the circuit', () => {
    const rig = new Rig({ probes: 3, tripper: minRequests(20).and(slowRate(0.5, 1_000)) })
    rig.enter('half_open').succeed(3, 2_000)
    expect(rig.breaker.state).toBe('open')
  })

  test('calls beyond the budget are rejected at once, not queued until the probe returns', async () => {
    const rig = new Rig({ probes: 1 }).enter('half_open')
    const backend = vi.fn(() => probe.promise)
    const probe = new Deferred<string>()
    const calls = Array.from({ length: 200 }, () =>
      rig.breaker.call(backend).catch(isCallNotPermitted),
    )
    expect(await Promise.all(calls.slice(1))).toEqual(Array(199).fill(true))
    probe.resolve('up')
    expect(await calls[0]).toBe('up')
    await microtasks()
    expect(backend).toHaveBeenCalledTimes(1)
  })

  test('a probe that never settles does not wedge the circuit', () => {
    const rig = new Rig({ probes: 1, probeLeaseMs: 10_000 }).enter('half_open')
    void rig.breaker.call(() => new Promise(() => {}))
    expect(rig.admits()).toBe(false)
    rig.clock.advance(10_000)
    rig.succeed()
    expect(rig.breaker.state).toBe('closed')
  })

  test('an ignored error is not a success', async () => {
    const rig = new Rig({ probes: 1, ignore: errorType(RangeError) }).enter('half_open')
    await rig.breaker.call(() => Promise.reject(new RangeError('not mine'))).catch(() => {})
    expect(rig.breaker.state).toBe('half_open')
  })
})

describe('windows', () => {
  test('failures of the day before do not open the circuit', () => {
    const rig = new Rig({
      window: timeWindow(60_000),
      tripper: minRequests(4).and(failureRate(0.5)),
    })
    rig.fail(3)
    rig.clock.advance(24 * 3_600_000)
    expect(rig.breaker.snapshot().metrics.total).toBe(0) // on reading
    rig.fail()
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 1 } })
  })

  test('rejections do not dilute the failure rate', async () => {
    const rig = new Rig({ probes: 2, tripper: failureRate(0.6) }).enter('half_open')
    const probe = rig.breaker.acquire()
    const other = rig.breaker.acquire()
    for (let i = 0; i < 98; i++) expect(rig.breaker.tryAcquire()).toBeUndefined()
    other.success()
    probe.failure(down)
    expect(rig.signals.at(-1)?.metrics).toMatchObject({ total: 2, failureRate: 0.5 })
  })

  test('fifty timeouts after 30 s are slow', async () => {
    const rig = new Rig({ tripper: minRequests(50).and(avgLatency(30_000)) })
    rig.fail(50, down, 30_000)
    expect(rig.signals).toEqual([
      expect.objectContaining({
        newState: 'open',
        metrics: expect.objectContaining({ total: 50, avgDurationMs: 30_000 }),
      }),
    ])
  })

  test('rates and averages are undefined without calls, not NaN or -1', () => {
    const { metrics } = new Rig().breaker.snapshot()
    expect(metrics.failureRate).toBeUndefined()
    expect(metrics.avgDurationMs).toBeUndefined()
    expect(JSON.stringify(metrics)).not.toMatch(/null|-1/)
  })
})

describe('schedules', () => {
  test('a wall clock that is set back does not keep the circuit open', () => {
    const manual = new ManualClock()
    let wall = Date.UTC(2026, 0, 1)
    const clock = { now: () => manual.now(), timestamp: () => wall }
    const breaker = new CircuitBreaker({ name: 'payments', clock, retry: cooldown(1_000) })
    breaker.trip()
    wall -= 3_600_000
    manual.advance(1_000)
    expect(breaker.tryAcquire()).toBeDefined()
  })

  test('jitter is drawn once, not at each check', () => {
    let chance = 1 - Number.EPSILON
    const rig = new Rig({ retry: cooldown(1_000, { jitter: 0.5 }), random: () => chance })
    rig.breaker.trip()
    chance = 0 // a new draw would let the circuit probe early
    rig.clock.advance(1_498)
    expect(rig.breaker.tryAcquire()).toBeUndefined()
    rig.clock.advance(1)
    expect(rig.breaker.tryAcquire()).toBeDefined()
  })

  test('backoff is finite after 1,024 reopens', () => {
    const rig = new Rig({ probes: 1, retry: backoff({ initialMs: 1, maxMs: 50 }) })
    rig.breaker.trip()
    for (let reopens = 0; reopens < 1_100; reopens++) {
      rig.clock.advance(50)
      rig.fail()
    }
    expect(rig.breaker.snapshot()).toMatchObject({
      reopens: 1_100,
      retryAt: rig.clock.timestamp() + 50,
    })
  })
})

describe('aborts', () => {
  const hang = () => new Promise<never>(() => {})

  test('an abort by the caller is not a failure', async () => {
    const rig = new Rig({ tripper: failureRate(0.01) })
    const controller = new AbortController()
    const called = rig.breaker.call(hang, { signal: controller.signal })
    controller.abort()
    await expect(called).rejects.toMatchObject({ name: 'AbortError' })
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 0 } })
  })

  test('an abort by the caller does not close the circuit', async () => {
    const rig = new Rig({ probes: 1, permit: admitAll() }).enter('half_open')
    const controller = new AbortController()
    const called = rig.breaker.call(hang, { signal: controller.signal }).catch(() => {})
    controller.abort()
    await called
    expect(rig.breaker.state).toBe('half_open')
  })

  test('an abort of one call does not abort the signal of another', async () => {
    const { breaker } = new Rig()
    const controller = new AbortController()
    const seen: (AbortSignal | undefined)[] = []
    const run = (signal: AbortSignal) =>
      breaker.call(
        (ctx) => {
          seen.push(ctx.signal)
          return hang()
        },
        { signal, timeoutMs: 60_000 },
      )
    const other = new AbortController()
    const settled = [run(controller.signal), run(other.signal)].map((call) => call.catch(() => {}))
    controller.abort()
    await settled[0]
    expect(seen.map((signal) => signal?.aborted)).toEqual([true, false])
    other.abort() // clears the timer
  })

  test('a finished call leaves no abort listener', async () => {
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    for (let i = 0; i < 10; i++) await new Rig().breaker.call(() => 'value', { signal })
    expect(added).toHaveBeenCalled()
    expect(removed.mock.calls.map(([type, listener]) => [type, listener])).toEqual(
      added.mock.calls.map(([type, listener]) => [type, listener]),
    )
  })
})

test('a settled call leaves no timer', async () => {
  vi.useFakeTimers()
  try {
    const breaker = new CircuitBreaker({ name: 'payments', timeoutMs: 60_000 })
    await breaker.call(() => 'value')
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('a rejection has the state, the retry time and the cause', async () => {
  const rig = new Rig({ tracker: errorType(Error).or(resultWhere(() => false)) })
  rig.fail(3, down)
  await expect(rig.breaker.call(() => 1)).rejects.toMatchObject({
    circuitName: 'payments',
    state: 'open',
    retryAt: rig.clock.timestamp() + COOLDOWN_MS,
    retryAfterMs: COOLDOWN_MS,
    cause: { name: down.name, message: down.message },
  })
})
