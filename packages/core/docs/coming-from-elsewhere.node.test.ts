import {
  admitAll,
  admitRandom,
  anyError,
  avgLatency,
  type BreakerOptions,
  backoff,
  CallNotPermittedError,
  CircuitBreaker,
  CircuitRegistry,
  cooldown,
  countWindow,
  errorType,
  errorWhere,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
  rampUp,
  resultWhere,
  retryAlways,
  retryNever,
  type Signal,
  slowRate,
  timeWindow,
  whileClosed,
  whileHalfOpen,
} from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { rowsOf } from './comparison-rows.ts'

// What coming-from.md says of Fluxgate. The peers do not run in JavaScript.

let clock: ManualClock
beforeEach(() => {
  clock = new ManualClock()
})

const ours = (options: Partial<BreakerOptions> = {}) =>
  new CircuitBreaker({ name: 'x', clock, tracker: anyError(), random: () => 0.5, ...options })

const ok = () => 'value'
const fail =
  (error: unknown = new Error('down')) =>
  (): never => {
    throw error
  }

/** Makes these calls, each of which takes `ms`. */
function run(breaker: CircuitBreaker, jobs: readonly (() => unknown)[], ms = 0): CircuitBreaker {
  for (const job of jobs) {
    const slow = () => {
      clock.advance(ms)
      return job()
    }
    breaker.callSync<unknown>(slow, { fallback: () => undefined })
  }
  return breaker
}

const times = <T>(n: number, one: T): T[] => Array<T>(n).fill(one)
const totalOf = (breaker: CircuitBreaker) => breaker.snapshot().metrics.total
const failuresOf = (breaker: CircuitBreaker) => breaker.snapshot().metrics.failures

/** The delays of the first openings. */
function delaysOf(retry: NonNullable<BreakerOptions['retry']>, openings: number): number[] {
  const breaker = ours({ retry, tripper: failureStreak(1), probes: 1 })
  return Array.from({ length: openings }, () => {
    run(breaker, [fail()])
    const { retryAt = 0, since } = breaker.snapshot()
    clock.advance(retryAt - since)
    return retryAt - since
  })
}

function halfOpen(options: Partial<BreakerOptions> = {}): CircuitBreaker {
  const breaker = ours(options)
  breaker.halfOpen()
  return breaker
}

const windows = () => {
  expect(totalOf(run(ours({ window: countWindow(100) }), times(120, ok)))).toBe(100)
  const window = timeWindow(60_000, { buckets: 60 })
  const breaker = run(ours({ window }), [ok])
  clock.advance(59_000)
  run(breaker, [ok])
  clock.advance(1_000)
  expect(totalOf(breaker)).toBe(1)
}

const resilience4j: Record<string, () => void | Promise<void>> = {
  'CircuitBreakerRegistry, registry.circuitBreaker("payments")': () => {
    const registry = new CircuitRegistry({ defaults: { timeoutMs: 2_000 } })
    expect(registry.get('payments')).toBe(registry.get('payments'))
    expect(registry.get('payments').toJSON().timeoutMs).toBe(2_000)
  },
  'executeSupplier(f), decorateSupplier(f)': async () => {
    const breaker = ours()
    expect([breaker.callSync(ok), await breaker.call(ok), await breaker.wrap(ok)()]).toEqual(
      times(3, 'value'),
    )
  },
  'slidingWindowType: COUNT_BASED, slidingWindowSize: 100': () => {
    expect(ours().toJSON().window).toEqual(countWindow(100).toJSON())
  },
  'slidingWindowType: TIME_BASED, slidingWindowSize: 60': windows,
  'minimumNumberOfCalls: 100, the default': () => {
    const tripper = minRequests(100).and(failureRate(0.5))
    const breaker = run(ours({ tripper }), times(99, fail()))
    expect(breaker.state).toBe('closed')
    expect(run(breaker, [fail()]).state).toBe('open')
    expect(run(ours(), times(10, fail())).state).toBe('open')
  },
  'failureRateThreshold: 50': () => {
    const tripper = minRequests(4).and(failureRate(0.5))
    expect(run(ours({ tripper }), [ok, ok, fail(), fail()]).state).toBe('open')
    expect(run(ours({ tripper }), [ok, ok, ok, fail()]).state).toBe('closed')
  },
  'slowCallRateThreshold: 30, slowCallDurationThreshold: 2s': () => {
    const tripper = minRequests(3).and(failureRate(0.5).or(slowRate(0.3, 2_000)))
    expect(run(run(ours({ tripper }), [ok], 2_000), [ok, ok]).state).toBe('open')
    expect(run(run(ours({ tripper }), [ok], 1_999), [ok, ok]).state).toBe('closed')
  },
  'waitDurationInOpenState: 60s, the default': () => {
    expect(delaysOf(cooldown(60_000), 1)).toEqual([60_000])
    expect(ours().toJSON().retry).toEqual(cooldown(30_000, { jitter: 0.1 }).toJSON())
  },
  'waitIntervalFunctionInOpenState, exponential': () => {
    expect(delaysOf(backoff({ initialMs: 1_000, maxMs: 60_000 }), 3)).toEqual([1_000, 2_000, 4_000])
  },
  'permittedNumberOfCallsInHalfOpenState: 10, the default': () => {
    expect(ours().toJSON().probes).toBe(3)
    const breaker = halfOpen({ probes: 10 })
    const probes = Array.from({ length: 11 }, () => breaker.tryAcquire())
    expect(probes.filter(Boolean)).toHaveLength(10)
  },
  'maxWaitDurationInHalfOpenState: 30s': () => {
    const breaker = halfOpen({ probes: 1, probeLeaseMs: 30_000 })
    breaker.acquire()
    expect(breaker.snapshot().permitted).toBe(false)
    clock.advance(30_000)
    expect(breaker.snapshot()).toMatchObject({ state: 'half_open', permitted: true })
  },
  'recordExceptions(E)': () => {
    const breaker = run(ours({ tracker: errorType(TypeError) }), [fail(new TypeError()), fail()])
    expect([totalOf(breaker), failuresOf(breaker)]).toEqual([2, 1])
  },
  'ignoreExceptions(E)': () => {
    expect(totalOf(run(ours({ ignore: errorType(TypeError) }), [fail(new TypeError())]))).toBe(0)
  },
  'recordException(f), recordResult(g)': () => {
    const tracker = errorWhere<Error>(({ message }) => message === 'down').or(
      resultWhere((value) => value === 503),
    )
    const breaker = run(ours({ tracker }), [fail(), fail(new Error('x')), () => 503, ok])
    expect([totalOf(breaker), failuresOf(breaker)]).toEqual([4, 2])
  },
  CallNotPermittedException: async () => {
    const breaker = ours()
    breaker.trip()
    const error = await breaker.call(ok).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(CallNotPermittedError)
    expect(isCallNotPermitted(new Error('wrapped', { cause: error }))).toBe(true)
  },
  'writableStackTraceEnabled: false': () => {
    const stackOf = (captureStack: boolean) => {
      const breaker = ours({ captureStack })
      breaker.trip()
      return breaker.callSync(ok, { fallback: (error) => String((error as Error).stack) })
    }
    expect(stackOf(false)).not.toContain('stackOf')
    expect(stackOf(true)).toContain('stackOf')
  },
  'getState(), getMetrics()': () => {
    const breaker = run(ours(), [ok, fail()])
    expect(breaker.state).toBe('closed')
    expect(breaker.snapshot().metrics).toMatchObject({ total: 2, failures: 1 })
  },
  'transitionToOpenState(), …ClosedState(), …HalfOpenState()': () => {
    const breaker = ours()
    const states = (['trip', 'reset', 'halfOpen'] as const).map((by) => {
      breaker[by]()
      return breaker.state
    })
    expect(states).toEqual(['open', 'closed', 'half_open'])
  },
  'transitionToForcedOpenState(), …DisabledState(), …MetricsOnlyState()': () => {
    const breaker = ours()
    const states = (['forceOpen', 'disable', 'metricsOnly'] as const).map((by) => {
      breaker[by]()
      return breaker.state
    })
    expect(states).toEqual(['forced_open', 'disabled', 'metrics_only'])
  },
  'getEventPublisher().onStateTransition(…)': () => {
    const signals: Signal[] = []
    const breaker = ours()
    breaker.subscribe((signal) => signals.push(signal))
    breaker.trip({ reason: 'maintenance' })
    const expected = { oldState: 'closed', newState: 'open', reason: 'maintenance' }
    expect(signals).toMatchObject([expected])
  },
  'TimeLimiter, a fallback method': async () => {
    const call = ours({ timeoutMs: 100 }).call(() => new Promise(() => {}), { fallback: () => 1 })
    clock.advance(100)
    // the time limit is set once more when its timer was late
    clock.advance(100)
    expect(await call).toBe(1)
  },
}

const python: Record<string, () => void | Promise<void>> = {
  '@cb, cb.call(f) of AsyncCircuitBreaker': async () => {
    const breaker = ours()
    expect([await breaker.wrap(async () => 1)(), await breaker.call(async () => 1)]).toEqual([1, 1])
  },
  'cb.call(f) of CircuitBreaker': () => expect(ours().callSync(() => 1)).toBe(1),
  '@cb(fallback=g), call_with_fallback(f, g)': async () => {
    expect(await ours().call(fail(), { fallback: () => 'cached' })).toBe('cached')
  },
  'CountWindow(100), TimeWindow(60)': windows,
  'TypeOf(E), Custom(f), All() as tracker': () => {
    const failures = (options: Partial<BreakerOptions>) => {
      const breaker = run(ours(options), [fail(new TypeError()), fail()])
      return [totalOf(breaker), failuresOf(breaker)]
    }
    expect(failures({ tracker: errorType(TypeError) })).toEqual([2, 1])
    expect(failures({ tracker: errorWhere(() => false) })).toEqual([2, 0])
    expect(failures({ tracker: anyError() })).toEqual([2, 2])
    const ignore = errorType(TypeError).not()
    expect(failures({ tracker: errorType(TypeError), ignore })).toEqual([1, 1])
  },
  'Closed(), HalfOpened()': () => {
    const tripper = whileHalfOpen().and(failureStreak(1))
    expect(run(ours({ tripper }), [fail()]).state).toBe('closed')
    expect(run(halfOpen({ tripper }), [fail()]).state).toBe('open')
    const whenClosed = whileClosed().and(failureStreak(1))
    expect(run(ours({ tripper: whenClosed }), [fail()]).state).toBe('open')
  },
  'MinRequests(10), FailureRate(0.5), FailureStreak(5)': () => {
    const tripper = minRequests(10).and(failureRate(0.5))
    expect(run(ours({ tripper }), times(10, fail())).state).toBe('open')
    expect(run(ours({ tripper: failureStreak(5) }), times(5, fail())).state).toBe('open')
    expect(run(halfOpen({ tripper, probes: 2 }), times(2, fail())).state).toBe('open')
  },
  'AvgLatency(2.0), SlowRate(0.3, threshold=1.0)': () => {
    expect(run(ours({ tripper: avgLatency(2_000) }), [ok], 2_000).state).toBe('open')
    const tripper = slowRate(0.3, 1_000)
    expect(run(ours({ tripper, tracker: errorWhere(() => false) }), [fail()], 1_000).state).toBe(
      'open',
    )
  },
  'Always(), Never()': () => {
    expect(delaysOf(retryAlways(), 2)).toEqual([0, 0])
    const never = ours({ retry: retryNever() })
    never.trip()
    expect(never.snapshot().retryAt).toBeUndefined()
  },
  'Cooldown(60.0, jitter_ratio=0.1)': () => {
    const draws = [0, 1]
    let drawn = 0
    const random = () => draws[drawn++] ?? 0
    const breaker = ours({ retry: cooldown(60_000, { jitter: 0.1 }), random })
    breaker.trip()
    for (let i = 0; i < 5; i++) breaker.tryAcquire()
    expect(drawn).toBe(1)
    const { retryAt = 0, since } = breaker.snapshot()
    expect(retryAt - since).toBe(54_000)
  },
  'Backoff(10.0)': () => {
    expect(delaysOf(backoff({ initialMs: 10_000 }), 7)).toEqual([
      10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
    ])
  },
  'All(), Random(0.5) as permit': () => {
    expect(halfOpen({ permit: admitAll() }).tryAcquire()).toBeDefined()
    expect(halfOpen({ permit: admitRandom(0.5), random: () => 0.4 }).tryAcquire()).toBeDefined()
    expect(halfOpen({ permit: admitRandom(0.5), random: () => 0.6 }).tryAcquire()).toBeUndefined()
  },
  'RampUp(0.1, 1.0, 60.0), the default': () => {
    const permit = rampUp({ from: 0.1, to: 1, durationMs: 60_000 })
    const breaker = halfOpen({ permit, probes: 1, random: () => 0.5 })
    expect(breaker.tryAcquire()).toBeUndefined()
    clock.advance(30_000)
    run(breaker, [ok])
    expect(breaker.snapshot()).toMatchObject({ state: 'half_open', healthy: true })
    clock.advance(30_000)
    expect(run(breaker, [ok]).state).toBe('closed')
  },
  'max_half_open_calls=10': () => {
    const breaker = halfOpen({ probes: 10 })
    expect(run(breaker, times(9, ok)).state).toBe('half_open')
    expect(run(breaker, [ok]).state).toBe('closed')
  },
  'info()': () => {
    expect(ours().snapshot()).toMatchObject({
      state: 'closed',
      reopens: 0,
      since: clock.timestamp(),
    })
  },
  'reset(), disable(), force_open()': () => {
    const breaker = ours()
    breaker.forceOpen()
    expect(breaker.state).toBe('forced_open')
    breaker.disable()
    expect(breaker.state).toBe('disabled')
    breaker.reset()
    expect(breaker.state).toBe('closed')
  },
  'metrics_only()': () => {
    const causes: string[] = []
    const breaker = ours({ tripper: failureStreak(1) })
    breaker.metricsOnly()
    breaker.subscribe(({ cause }) => causes.push(cause))
    expect(run(breaker, [fail()]).state).toBe('metrics_only')
    expect(causes).toEqual(['shadow'])
  },
  CallNotPermittedError: () => {
    const breaker = ours()
    breaker.trip({ forMs: 500 })
    const error = breaker.callSync(ok, { fallback: (error) => error })
    expect(error).toMatchObject({ state: 'open', retryAt: clock.timestamp() + 500 })
  },
  'a listener, called with a Signal': () => {
    const signals: Signal[] = []
    const breaker = ours()
    breaker.subscribe((signal) => signals.push(signal))
    breaker.trip()
    const timestamp = clock.timestamp()
    expect(signals).toMatchObject([{ oldState: 'closed', newState: 'open', timestamp }])
  },
}

describe.each([
  ['resilience4j', resilience4j],
  ["Python's fluxgate", python],
])('%s', (library, rows) => {
  test('each row of the table has a test', () => {
    expect(Object.keys(rows)).toEqual(rowsOf(library))
  })

  test.each(Object.entries(rows))('%s', (_, check) => check())
})
