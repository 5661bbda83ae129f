import { Rig, states } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import {
  admitRandom,
  anyError,
  backoff,
  CircuitBreaker,
  countWindow,
  errorType,
  failureRate,
  minRequests,
  type Rule,
  resultWhere,
  timeWindow,
  whileHalfOpen,
} from '../../src/index.ts'

describe('explain', () => {
  test('says what the rule finds in the window now', () => {
    const rig = new Rig({ tripper: minRequests(4).and(failureRate(0.5)) })
    rig.fail()
    rig.succeed(2)
    expect(rig.breaker.explain()).toEqual({
      type: 'and',
      args: [],
      rule: 'and',
      op: 'and',
      met: false,
      children: [
        {
          type: 'minRequests',
          args: [4],
          rule: 'requests',
          met: false,
          actual: 3,
          threshold: 4,
          unit: 'count',
        },
        {
          type: 'failureRate',
          args: [0.5],
          rule: 'failure rate',
          met: false,
          actual: 1 / 3,
          threshold: 0.5,
          unit: 'ratio',
        },
      ],
    })
  })

  test.each(states)('answers in %s, of no calls at first', (state) => {
    const rig = new Rig({ tripper: failureRate(0.5) }).enter(state)
    expect(rig.breaker.explain()).toEqual({
      type: 'failureRate',
      args: [0.5],
      rule: 'failure rate',
      met: false,
      threshold: 0.5,
      unit: 'ratio',
    })
  })

  test('in half_open with counts capped at the number of probes', () => {
    const rig = new Rig({ tripper: minRequests(20), probes: 4 })
    expect(rig.breaker.explain()).toMatchObject({ threshold: 20 })
    rig.enter('half_open')
    expect(rig.breaker.explain()).toMatchObject({ threshold: 4 })
  })

  test('knows the state it is asked in', () => {
    const rig = new Rig({ tripper: whileHalfOpen() })
    expect(rig.breaker.explain().met).toBe(false)
    rig.enter('half_open')
    expect(rig.breaker.explain().met).toBe(true)
  })
})

describe('toJSON', () => {
  test('is the configuration as data', () => {
    const breaker = new CircuitBreaker({
      name: 'payments',
      window: timeWindow(60_000, { buckets: 10 }),
      tracker: errorType(TypeError).or(
        resultWhere(function bad() {
          return false
        }),
      ),
      tripper: minRequests(20).and(failureRate(0.5)),
      retry: backoff({ initialMs: 1_000 }),
      permit: admitRandom(0.5),
      probes: 5,
      probeLeaseMs: 10_000,
      timeoutMs: 2_000,
    })
    expect(JSON.parse(JSON.stringify(breaker))).toEqual({
      name: 'payments',
      window: { type: 'timeWindow', args: [60_000, { buckets: 10 }] },
      tracker: {
        type: 'or',
        args: [
          { type: 'errorType', args: ['TypeError'] },
          { type: 'resultWhere', args: ['bad'] },
        ],
      },
      tripper: {
        type: 'and',
        args: [
          { type: 'minRequests', args: [20] },
          { type: 'failureRate', args: [0.5] },
        ],
      },
      retry: {
        type: 'backoff',
        args: [{ initialMs: 1_000, multiplier: 2, maxMs: 300_000, jitter: 0 }],
      },
      permit: { type: 'admitRandom', args: [0.5] },
      probes: 5,
      probeLeaseMs: 10_000,
      timeoutMs: 2_000,
    })
  })

  test('shows the defaults, and no time limit where there is none', () => {
    expect(JSON.parse(JSON.stringify(new CircuitBreaker({ name: 'page' })))).toEqual({
      name: 'page',
      window: countWindow(100).toJSON(),
      tracker: anyError().toJSON(),
      tripper: minRequests(10).and(failureRate(0.5)).toJSON(),
      retry: { type: 'cooldown', args: [30_000, { jitter: 0.1 }] },
      permit: { type: 'admitAll', args: [] },
      probes: 3,
      probeLeaseMs: 60_000,
    })
  })

  test('names a rule that was written by hand', () => {
    const tripper: Rule = { test: () => false, explain: () => ({ rule: 'mine', met: false }) }
    expect(new CircuitBreaker({ name: 'x', tripper }).toJSON().tripper.type).toBe('custom')
  })
})
