import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { cooldown, failureRate, minRequests, type Signal, slowRate } from '../../src/index.ts'

describe('a signal says what moved the circuit, and why', () => {
  test('rule: the rule tree with its values, the window before it was emptied, retryAt', () => {
    const rig = new Rig({
      tripper: minRequests(4).and(failureRate(0.5).or(slowRate(0.9, 1_000))),
      retry: cooldown(5_000),
    })
    rig.succeed(2, 10)
    rig.fail(2, new Error('down'), 30)
    expect(rig.signals).toEqual([
      {
        circuitName: 'payments',
        oldState: 'closed',
        newState: 'open',
        timestamp: rig.clock.timestamp(),
        cause: 'rule',
        reason: 'failure rate 50 % ≥ 50 % over 4 calls',
        report: {
          rule: 'and',
          op: 'and',
          met: true,
          children: [
            { rule: 'requests', met: true, actual: 4, threshold: 4, unit: 'count' },
            {
              rule: 'or',
              op: 'or',
              met: true,
              children: [
                { rule: 'failure rate', met: true, actual: 0.5, threshold: 0.5, unit: 'ratio' },
                {
                  rule: 'slow rate (≥ 1000 ms)',
                  met: false,
                  actual: 0,
                  threshold: 0.9,
                  unit: 'ratio',
                },
              ],
            },
          ],
        },
        metrics: {
          total: 4,
          failures: 2,
          totalDurationMs: 80,
          failureStreak: 2,
          failureRate: 0.5,
          avgDurationMs: 20,
          slow: { 1000: 0 },
        },
        retryAt: rig.clock.timestamp() + 5_000,
      },
    ])
    expect(rig.breaker.snapshot().metrics.total).toBe(0)
  })

  test('retry: the time has come', () => {
    const rig = new Rig().enter('open')
    rig.clock.advance(COOLDOWN_MS)
    rig.admits()
    expect(rig.signals).toEqual([
      {
        circuitName: 'payments',
        oldState: 'open',
        newState: 'half_open',
        timestamp: rig.clock.timestamp(),
        cause: 'retry',
        reason: expect.stringMatching(/retry/),
        metrics: noCalls,
      },
    ])
  })

  test('probes: they were healthy', () => {
    const rig = new Rig({ probes: 2 }).enter('half_open')
    rig.succeed(2, 5)
    expect(rig.signals).toEqual([
      {
        circuitName: 'payments',
        oldState: 'half_open',
        newState: 'closed',
        timestamp: rig.clock.timestamp(),
        cause: 'probes',
        reason: '2 of 2 probes succeeded',
        metrics: { ...noCalls, total: 2, totalDurationMs: 10, failureRate: 0, avgDurationMs: 5 },
      },
    ])
  })

  test('probes: none of them was', () => {
    const rig = new Rig({ probes: 1, tripper: slowRate(1, 1_000) }).enter('half_open')
    rig.fail()
    expect(rig.signals).toEqual([
      expect.objectContaining({
        oldState: 'half_open',
        newState: 'open',
        cause: 'probes',
        reason: 'none of 1 probe succeeded',
        retryAt: rig.clock.timestamp() + COOLDOWN_MS,
        metrics: expect.objectContaining({ total: 1, failures: 1 }),
      }),
    ])
    expect(rig.signals[0]).not.toHaveProperty('report')
  })

  test('manual: somebody moved it, and what the window held until then', () => {
    const rig = new Rig()
    rig.succeed(1, 7)
    rig.breaker.forceOpen()
    expect(rig.signals).toEqual([
      {
        circuitName: 'payments',
        oldState: 'closed',
        newState: 'forced_open',
        timestamp: rig.clock.timestamp(),
        cause: 'manual',
        reason: 'forced open by hand',
        metrics: { ...noCalls, total: 1, totalDurationMs: 7, failureRate: 0, avgDurationMs: 7 },
      },
    ])
  })

  test('retryAt only when the new state is open', () => {
    const rig = new Rig({ probes: 1 })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    rig.breaker.trip()
    rig.breaker.disable()
    expect(rig.signals.map((signal) => [signal.newState, 'retryAt' in signal])).toEqual([
      ['open', true],
      ['half_open', false],
      ['closed', false],
      ['open', true],
      ['disabled', false],
    ])
  })

  const noCalls = {
    total: 0,
    failures: 0,
    totalDurationMs: 0,
    failureStreak: 0,
    failureRate: undefined,
    avgDurationMs: undefined,
    slow: {},
  }
})

test('signals and their metrics are frozen', () => {
  const rig = new Rig()
  rig.fail(3)
  const [signal] = rig.signals
  expect([signal, signal?.metrics, signal?.metrics.slow].every(Object.isFrozen)).toBe(true)
})

test('the new state is in force when it is told: state, snapshot and admission', () => {
  const seen: unknown[] = []
  const rig: Rig = new Rig({
    probes: 1,
    listeners: [
      ({ newState }) => {
        const { breaker } = rig
        const { state, metrics, permitted } = breaker.snapshot()
        seen.push([newState, breaker.state, state, metrics.total, permitted])
      },
    ],
  })
  rig.fail(3)
  rig.clock.advance(COOLDOWN_MS)
  rig.succeed()
  expect(seen).toEqual([
    ['open', 'open', 'open', 0, false],
    // told when the probe that woke it has been let in
    ['half_open', 'half_open', 'half_open', 0, false],
    ['closed', 'closed', 'closed', 0, true],
  ])
})

describe('every listener sees every signal, in order', () => {
  test('each of them the very same object', () => {
    const other: Signal[] = []
    const rig = new Rig({ listeners: [(signal) => void other.push(signal)] })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed(3)
    expect(rig.transitions).toEqual(['closed>open', 'open>half_open', 'half_open>closed'])
    expect(other).toHaveLength(3)
    for (const [index, signal] of other.entries()) expect(signal).toBe(rig.signals[index])
  })

  test('also when one of them moves the circuit', () => {
    const orders: string[][] = [[], [], []]
    const keep = (index: number) => (signal: Signal) =>
      void orders[index]?.push(`${signal.oldState}>${signal.newState}`)
    const rig: Rig = new Rig({
      listeners: [
        keep(0),
        ({ newState }) => {
          if (newState === 'open') rig.breaker.forceOpen()
          if (newState === 'forced_open') rig.breaker.metricsOnly()
        },
        keep(1),
      ],
    })
    rig.breaker.subscribe(keep(2))
    rig.fail(3)
    const all = ['closed>open', 'open>forced_open', 'forced_open>metrics_only']
    expect(orders).toEqual([all, all, all])
    expect(rig.transitions).toEqual(all)
    expect(rig.breaker.state).toBe('metrics_only')
  })

  test('also when one moves it from a call event, or makes calls of its own', () => {
    const rig: Rig = new Rig({
      tripper: failureRate(0.1),
      listeners: [
        {
          onCall: ({ outcome }) => {
            if (outcome === 'failure') rig.breaker.disable()
          },
        },
        ({ newState }) => {
          if (newState === 'disabled') rig.breaker.callSync(() => rig.breaker.reset())
        },
      ],
    })
    rig.fail()
    expect(rig.transitions).toEqual(['closed>open', 'open>disabled', 'disabled>closed'])
  })

  test('the caller is told after all of them', async () => {
    const order: string[] = []
    const rig = new Rig({ listeners: [() => void order.push('listener')] })
    rig.fail(2)
    await rig.breaker.call(() => Promise.reject('down')).catch(() => order.push('caller'))
    expect(order).toEqual(['listener', 'caller'])
  })
})
