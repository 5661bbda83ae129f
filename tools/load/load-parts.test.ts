import { CircuitBreaker, cooldown, failureStreak, type Signal } from '@fluxgate/core'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'
import { describe, expect, test } from 'vitest'
import { countersOf } from './metrics-reader.ts'
import { ModelComparer } from './model-comparer.ts'
import { compare, SignalDigest, shortLivedName, total } from './signal-digest.ts'
import { afterWarmUp, median, slope } from './slope.ts'
import { parseWrk } from './wrk.ts'

describe('slope()', () => {
  const memory = (leak: number, noise: number) => {
    const random = seededRandom(7)
    return Array.from({ length: 60 }, (_, x) => ({
      x,
      y: 1_000 + leak * x + noise * random() + (random() < 0.1 ? 500 : 0),
    }))
  }

  test('finds a leak that is smaller than the noise', () => {
    expect(slope(memory(1, 20))).toBeCloseTo(1, 0)
    expect(Math.abs(slope(memory(0, 20)))).toBeLessThan(0.15)
  })

  test('is exact on a line and 0 without points', () => {
    expect(slope([3, 5, 7, 9].map((y, x) => ({ x, y })))).toBe(2)
    expect(slope([])).toBe(0)
  })

  test('ignores the first fifth as warm-up', () => {
    expect(afterWarmUp(memory(0, 0)).map(({ x }) => x)[0]).toBe(12)
  })

  test.each([
    [[], 0],
    [[4], 4],
    [[9, 1], 5],
    [[3, 1, 2], 2],
  ])('takes the median of %j', (values, expected) => {
    expect(median(values)).toBe(expected)
  })
})

describe('SignalDigest', () => {
  const digestsOf = (...entries: [string, string][]) => {
    const digest = new SignalDigest()
    for (const [circuit, text] of entries) digest.add(circuit, text)
    return digest.digests
  }

  test('detects missing, changed and reordered signals', () => {
    const sent = digestsOf(['a', '1'], ['a', '2'], ['b', '1'])
    expect(total(sent)).toBe(3)
    expect(compare(sent, digestsOf(['b', '1'], ['a', '1'], ['a', '2']))).toEqual({
      lost: 0,
      differ: [],
    })
    expect(compare(sent, digestsOf(['a', '1'], ['b', '1']))).toEqual({ lost: 1, differ: ['a'] })
    expect(compare(sent, digestsOf(['a', '1'], ['a', '2']))).toEqual({ lost: 1, differ: ['b'] })
    const others = [
      digestsOf(['a', '2'], ['a', '1'], ['b', '1']),
      digestsOf(['a', '1'], ['a', '3'], ['b', '1']),
    ]
    for (const other of others) {
      expect(compare(sent, other)).toEqual({ lost: 0, differ: ['a'] })
    }
  })

  test('ignores the order of short-lived circuits but not their signals', () => {
    const [one, two] = [shortLivedName(1), shortLivedName(2)]
    expect(
      compare(digestsOf([one, 'x'], [two, 'y']), digestsOf([two, 'y'], [one, 'x'])).differ,
    ).toEqual([])
    expect(
      compare(digestsOf([one, 'x'], [two, 'y']), digestsOf([one, 'y'], [two, 'x'])).differ,
    ).toEqual(['short-lived'])
  })
})

describe('ModelComparer', () => {
  function setUp() {
    const comparer = new ModelComparer()
    const clock = new ManualClock()
    const breaker = new CircuitBreaker({
      name: 'api',
      clock,
      tripper: failureStreak(2),
      retry: cooldown(1_000),
      probes: 1,
      listeners: [comparer],
    })
    return { comparer, clock, breaker }
  }

  test('accepts a correct circuit', () => {
    const { comparer, clock, breaker } = setUp()
    for (let round = 0; round < 3; round++) {
      breaker.tryAcquire()?.failure(new Error('down'))
      breaker.tryAcquire()?.failure(new Error('down'))
      expect(breaker.tryAcquire()).toBeUndefined()
      clock.advance(1_000)
      breaker.tryAcquire()?.success()
    }
    breaker.metricsOnly()
    for (let i = 0; i < 3; i++) breaker.tryAcquire()?.failure(new Error('down'))
    breaker.disable()
    expect(comparer.disabledEpoch('api')).toBe(12)
    breaker.tryAcquire()?.success()
    breaker.forceOpen()
    expect(comparer.disabledEpoch('api')).toBeUndefined()
    const { calls, transitions, wrong, violations } = comparer.observations
    expect([wrong, violations]).toEqual([0, []])
    expect(calls).toEqual({ 'api failure': 9, 'api rejected': 3, 'api success': 3 })
    expect(transitions).toMatchObject({
      'api open->half_open': 3,
      'api metrics_only->metrics_only': 1,
    })
  })

  const signal = {
    circuitName: 'api',
    oldState: 'closed',
    newState: 'open',
    timestamp: 5,
    cause: 'manual',
    reason: '',
    metrics: { total: 0, failures: 0, ignored: 0, totalDurationMs: 0, failureStreak: 0, slow: {} },
  } as const satisfies Signal

  test.each<[string, Partial<Signal>]>([
    ['is an illegal transition', { cause: 'retry' }],
    ['is an illegal transition', { newState: 'closed' }],
    ['while it was closed', { oldState: 'disabled' }],
    ['with a rule that is not met', { cause: 'rule' }],
    ['for an unknown circuit', { circuitName: 'other' }],
  ])('reports a signal: %s', (violation, change) => {
    const { comparer } = setUp()
    comparer.onSignal({ ...signal, ...change })
    expect(comparer.observations).toMatchObject({
      wrong: 1,
      violations: [expect.stringContaining(violation)],
    })
  })

  test('reports a probe before retryAt', () => {
    const { comparer } = setUp()
    comparer.onSignal({ ...signal, retryAt: 2_000 })
    comparer.onSignal({
      ...signal,
      oldState: 'open',
      newState: 'half_open',
      cause: 'retry',
      timestamp: 1_000,
    })
    expect(comparer.observations.violations).toEqual([expect.stringContaining('1000 ms early')])
  })

  test.each([
    ['rejected', 'closed', false],
    ['success', 'open', false],
    ['success', 'disabled', false],
  ] as const)('reports a call with outcome %s in %s', (outcome, state, stale) => {
    const { comparer } = setUp()
    comparer.onCall({ circuitName: 'api', outcome, state, stale, durationMs: 1, timestamp: 5 })
    expect(comparer.observations.wrong).toBe(1)
  })
})

describe('parseWrk()', () => {
  const output = `Running 1m test @ http://127.0.0.1:1
  1 threads and 24 connections
  Latency Distribution
     50%   53.12ms
     75%   79.20ms
     90%  104.00ms
     99%  873.85ms
  15350 requests in 42.04s, 2.00MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 7830
Requests/sec:    365.12
`

  test('reads requests, latencies and socket errors', () => {
    expect(parseWrk(output)).toEqual({
      requests: 15_350,
      latency: { p50: '53.12ms', p99: '873.85ms' },
      socketErrors: 'connect 0, read 1, write 0, timeout 2',
    })
    expect(parseWrk(output.replace(/.*Socket.*\n/, '')).socketErrors).toBe('none')
  })

  test('throws when wrk made no request', () => {
    expect(() => parseWrk('unable to connect to 127.0.0.1:1 Connection refused')).toThrow(
      'Connection refused',
    )
  })
})

test('countersOf() reads the counters of long-lived circuits from the exposition format', () => {
  const exposition = `# HELP circuit_breaker_calls_total Calls.
circuit_breaker_calls_total{circuit_name="catalog",outcome="success"} 12
circuit_breaker_calls_total{circuit_name="catalog",outcome="aborted"} 0
circuit_breaker_calls_total{circuit_name="short-lived 7",outcome="success"} 3
circuit_breaker_state_transition_total{circuit_name="catalog",old_state="closed",new_state="open"} 2
circuit_breaker_shadow_trips_total{circuit_name="catalog"} 1
circuit_breaker_state{circuit_name="catalog",state="open"} 1
`
  expect(countersOf(exposition)).toEqual({
    'catalog success': 12,
    'catalog closed->open': 2,
    'catalog metrics_only->metrics_only': 1,
  })
})
