import { createRequire } from 'node:module'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import * as cockatiel from 'cockatiel'
import Opossum from 'opossum'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  CircuitBreaker,
  cooldown,
  errorType,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
} from '../src/index.ts'

// What the README says of other libraries, line by line: each described here under the words of its
// table, by what they really do. When a newer version does better, its test fails and the line goes.

const require = createRequire(import.meta.url)

test('these are the versions that the table names', () => {
  expect(require('opossum/package.json').version).toBe('10.0.0')
  expect(require('cockatiel/package.json').version).toBe('4.0.0')
})

const down = new Error('down')
const fails = () => Promise.reject(down)
type Job = () => Promise<unknown>

/** Runs whatever it is given; opens after one failure, for as long as a rig of ours. */
function opossum(options: Opossum.Options = {}) {
  return new Opossum((job: Job) => job(), {
    timeout: false,
    resetTimeout: COOLDOWN_MS,
    errorThresholdPercentage: 1,
    ...options,
  })
}

function cockatielBreaker(handled: cockatiel.Policy = cockatiel.handleAll) {
  const breaker = new cockatiel.ConsecutiveBreaker(1)
  return cockatiel.circuitBreaker(handled, { halfOpenAfter: COOLDOWN_MS, breaker })
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('A slow call from before the circuit opened settles in half-open', () => {
  test('opossum: its success closes the circuit', async () => {
    const breaker = opossum()
    const slow = new Deferred()
    const late = breaker.fire(() => slow.promise)
    await breaker.fire(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    expect(breaker.halfOpen).toBe(true)
    slow.resolve()
    await late
    expect(breaker.closed).toBe(true)
  })

  test('cockatiel: its failure opens the circuit', async () => {
    const breaker = cockatielBreaker()
    const slow = new Deferred()
    const late = breaker.execute(() => slow.promise)
    await breaker.execute(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    const probe = breaker.execute(() => new Promise(() => {}))
    expect(breaker.state).toBe(cockatiel.CircuitState.HalfOpen)
    slow.reject(down)
    await late.catch(() => {})
    expect(breaker.state).toBe(cockatiel.CircuitState.Open)
    void probe
  })

  test('Fluxgate: it is not counted', () => {
    const { breaker, clock } = new Rig({ tripper: failureStreak(1) })
    const [success, failure] = [breaker.acquire(), breaker.acquire()]
    breaker.acquire().failure(down)
    clock.advance(COOLDOWN_MS)
    breaker.acquire()
    success.success()
    failure.failure(down)
    expect(breaker.snapshot()).toMatchObject({ state: 'half_open', metrics: { total: 0 } })
  })
})

describe('A listener throws', () => {
  const listener = () => {
    throw new Error('listener')
  }

  test('opossum: a successful call rejects with that error', async () => {
    const breaker = opossum()
    breaker.on('success', listener)
    await expect(breaker.fire(async () => 'value')).rejects.toThrow('listener')
  })

  test('cockatiel: a successful call rejects with that error', async () => {
    const breaker = cockatielBreaker()
    breaker.onSuccess(listener)
    await expect(breaker.execute(async () => 'value')).rejects.toThrow('listener')
  })

  test('Fluxgate: the caller gets the value', async () => {
    const { breaker, errors } = new Rig({ listeners: [{ onSignal: listener, onCall: listener }] })
    expect(await breaker.call(async () => 'value')).toBe('value')
    expect(errors).toHaveLength(1)
  })
})

describe('The caller aborts a call', () => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })

  test('opossum: the call counts as a failure', async () => {
    const breaker = opossum()
    const caller = new AbortController()
    const call = breaker.fire(() => untilAborted(caller.signal))
    caller.abort()
    await call.catch(() => {})
    expect(breaker.stats.failures).toBe(1)
    expect(breaker.opened).toBe(true)
  })

  test('cockatiel: the call counts as a failure', async () => {
    const breaker = cockatielBreaker()
    const caller = new AbortController()
    const call = breaker.execute(({ signal }) => untilAborted(signal), caller.signal)
    caller.abort()
    await call.catch(() => {})
    expect(breaker.state).toBe(cockatiel.CircuitState.Open)
  })

  test('Fluxgate: the call is not counted', async () => {
    const { breaker } = new Rig({ tripper: failureStreak(1) })
    const caller = new AbortController()
    const { signal } = caller
    const call = breaker.call((ctx) => untilAborted(ctx.signal ?? signal), { signal })
    caller.abort()
    await expect(call).rejects.toBe(signal.reason)
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 0 } })
  })
})

describe('A probe ends in an ignored error', () => {
  const notFound = () => Promise.reject(new RangeError('no such order'))

  test('opossum: the circuit closes', async () => {
    const breaker = opossum({ errorFilter: (error) => error instanceof RangeError })
    await breaker.fire(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    await breaker.fire(notFound).catch(() => {})
    expect(breaker.closed).toBe(true)
  })

  test('cockatiel: the circuit closes', async () => {
    const breaker = cockatielBreaker(cockatiel.handleWhen((e) => !(e instanceof RangeError)))
    await breaker.execute(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    await breaker.execute(notFound).catch(() => {})
    expect(breaker.state).toBe(cockatiel.CircuitState.Closed)
  })

  test('Fluxgate: the circuit stays half-open and the next call probes', async () => {
    const ignore = errorType(RangeError)
    const { breaker, clock } = new Rig({ tripper: failureStreak(1), ignore, probes: 1 })
    await breaker.call(fails).catch(() => {})
    clock.advance(COOLDOWN_MS)
    await breaker.call(notFound).catch(() => {})
    expect(breaker.snapshot()).toMatchObject({ state: 'half_open', permitted: true })
  })
})

describe('200 calls arrive during a probe', () => {
  test('opossum: they are rejected at once', async () => {
    const breaker = opossum()
    await breaker.fire(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    const sent = vi.fn(() => new Promise(() => {}))
    const calls = Array.from({ length: 201 }, () => breaker.fire(sent))
    const rejected = await Promise.allSettled(calls.slice(1))
    expect(rejected.filter(({ status }) => status === 'rejected')).toHaveLength(200)
    expect(sent).toHaveBeenCalledTimes(1)
  })

  test('cockatiel: they wait, and all are sent when it succeeds', async () => {
    const breaker = cockatielBreaker()
    await breaker.execute(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    const probe = new Deferred()
    const sent = vi.fn(() => probe.promise)
    const calls = Array.from({ length: 201 }, () => breaker.execute(sent))
    await microtasks()
    expect(sent).toHaveBeenCalledTimes(1)
    probe.resolve()
    await Promise.all(calls)
    expect(sent).toHaveBeenCalledTimes(201)
  })

  test('Fluxgate: they are rejected at once', async () => {
    const { breaker } = new Rig({ probes: 1 }).enter('half_open')
    const sent = vi.fn(() => new Promise(() => {}))
    const calls = Array.from({ length: 201 }, () => breaker.call(sent).catch(isCallNotPermitted))
    expect(await Promise.all(calls.slice(1))).toEqual(Array(200).fill(true))
    expect(sent).toHaveBeenCalledTimes(1)
  })
})

describe('A probe never settles', () => {
  const aDay = 24 * 3_600_000

  test('opossum: without a timeout, the circuit rejects for ever', async () => {
    const breaker = opossum()
    await breaker.fire(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    void breaker.fire(() => new Promise(() => {}))
    vi.setSystemTime(Date.now() + aDay)
    vi.advanceTimersByTime(60_000)
    await expect(breaker.fire(async () => 'value')).rejects.toThrow('Breaker is open')
  })

  test('cockatiel: every later call waits for ever', async () => {
    const breaker = cockatielBreaker()
    await breaker.execute(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    void breaker.execute(() => new Promise(() => {}))
    vi.setSystemTime(Date.now() + aDay)
    const settled = vi.fn()
    breaker.execute(async () => 'value').then(settled, settled)
    await microtasks()
    expect(settled).not.toHaveBeenCalled()
  })

  test('Fluxgate: its slot is free again after probeLeaseMs', async () => {
    const rig = new Rig({ probes: 1, probeLeaseMs: 60_000 }).enter('half_open')
    void rig.breaker.call(() => new Promise(() => {}))
    rig.clock.advance(60_000)
    expect(await rig.breaker.call(async () => 'value')).toBe('value')
    expect(rig.breaker.state).toBe('closed')
  })
})

describe('A call is rejected', () => {
  const errorOf = (call: Promise<unknown>): Promise<object> =>
    call.then(
      () => ({}),
      (error) => error,
    )

  test('opossum: the error has a code', async () => {
    const breaker = opossum()
    await breaker.fire(fails).catch(() => {})
    const error = await errorOf(breaker.fire(fails))
    expect(Object.keys(error)).toEqual(['code'])
    expect(error).not.toHaveProperty('cause')
  })

  test('cockatiel: the error has a marker', async () => {
    const breaker = cockatielBreaker()
    await breaker.execute(fails).catch(() => {})
    const error = await errorOf(breaker.execute(fails))
    expect(Object.keys(error)).toEqual(['isBrokenCircuitError'])
    expect(error).not.toHaveProperty('cause')
  })

  test('Fluxgate: the error has circuit, state, time of the next probe and cause', async () => {
    const { breaker, clock } = new Rig({ tripper: failureStreak(1) })
    await breaker.call(fails).catch(() => {})
    expect(await errorOf(breaker.call(fails))).toMatchObject({
      circuitName: 'payments',
      state: 'open',
      retryAt: clock.timestamp() + COOLDOWN_MS,
      retryAfterMs: COOLDOWN_MS,
      cause: { name: down.name, message: down.message },
    })
  })
})

describe('All calls fail after a period of rejections', () => {
  test('opossum: rejections lower the failure rate, and the circuit stays closed', async () => {
    const breaker = opossum({ errorThresholdPercentage: 50 })
    await breaker.fire(fails).catch(() => {})
    for (let i = 0; i < 100; i++) await breaker.fire(fails).catch(() => {})
    vi.advanceTimersByTime(COOLDOWN_MS)
    await breaker.fire(async () => 'value')
    for (let i = 0; i < 50; i++) await breaker.fire(fails).catch(() => {})
    expect(breaker.stats).toMatchObject({ failures: 51, rejects: 100, fires: 152 })
    expect(breaker.closed).toBe(true)
  })

  test('cockatiel: the circuit opens', async () => {
    const breaker = new cockatiel.CountBreaker({ threshold: 0.5, size: 10 })
    const policy = cockatiel.circuitBreaker(cockatiel.handleAll, { halfOpenAfter: 1_000, breaker })
    for (let i = 0; i < 110; i++) await policy.execute(fails).catch(() => {})
    vi.advanceTimersByTime(1_000)
    await policy.execute(async () => 'value')
    for (let i = 0; i < 10; i++) await policy.execute(fails).catch(() => {})
    expect(policy.state).toBe(cockatiel.CircuitState.Open)
  })

  test('Fluxgate: the circuit opens', async () => {
    const tripper = minRequests(10).and(failureRate(0.5))
    const { breaker, clock } = new Rig({ tripper, probes: 1 })
    for (let i = 0; i < 110; i++) await breaker.call(fails).catch(() => {})
    clock.advance(COOLDOWN_MS)
    await breaker.call(async () => 'value')
    for (let i = 0; i < 10; i++) await breaker.call(fails).catch(() => {})
    expect(breaker.state).toBe('open')
  })
})

describe('The system clock is set back an hour while the circuit is open', () => {
  const setBack = () => vi.setSystemTime(Date.now() - 3_600_000)

  test('opossum: it probes in time', async () => {
    const breaker = opossum()
    await breaker.fire(fails).catch(() => {})
    setBack()
    vi.advanceTimersByTime(COOLDOWN_MS)
    expect(await breaker.fire(async () => 'value')).toBe('value')
  })

  test('cockatiel: it stays open for that hour', async () => {
    const breaker = cockatielBreaker()
    await breaker.execute(fails).catch(() => {})
    setBack()
    vi.advanceTimersByTime(3_500_000)
    await expect(breaker.execute(async () => 'value')).rejects.toThrow(cockatiel.BrokenCircuitError)
  })

  test('Fluxgate: it probes in time', async () => {
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(1),
      retry: cooldown(COOLDOWN_MS),
    })
    await breaker.call(fails).catch(() => {})
    setBack()
    await expect(breaker.call(fails)).rejects.toSatisfy(isCallNotPermitted)
    vi.advanceTimersByTime(COOLDOWN_MS)
    expect(await breaker.call(async () => 'value')).toBe('value')
  })
})

describe('A breaker is idle', () => {
  test('opossum: it has two running timers', () => {
    opossum()
    expect(vi.getTimerCount()).toBe(2)
  })

  test('cockatiel: it has no timer', () => {
    cockatielBreaker()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('Fluxgate: it has no timer', () => {
    new Rig({ timeoutMs: 1_000 })
    expect(vi.getTimerCount()).toBe(0)
  })
})
