import { describe, expect, test } from 'vitest'
import type { State } from '../model/state.ts'
import type { RuleContext, Tripper } from './rule.ts'
import {
  avgLatency,
  failureRate,
  failureStreak,
  minRequests,
  slowRate,
  tripWhen,
  whileClosed,
  whileHalfOpen,
} from './trippers.ts'

interface Facts {
  readonly state?: State
  readonly total?: number
  readonly failures?: number
  readonly totalDurationMs?: number
  readonly failureStreak?: number
  readonly slow?: Readonly<Record<number, number>>
  readonly probes?: number
}

/** What a rule is shown of a circuit with these numbers. */
function contextOf(facts: Facts): RuleContext {
  const { total = 0, failures = 0, totalDurationMs = 0 } = facts
  return {
    state: 'closed',
    total,
    failures,
    totalDurationMs,
    failureStreak: 0,
    failureRate: total === 0 ? undefined : failures / total,
    avgDurationMs: total === 0 ? undefined : totalDurationMs / total,
    slow: {},
    ...facts,
  }
}

describe.each<[string, () => Tripper, Facts, Facts, number, object]>([
  [
    'minRequests',
    () => minRequests(20),
    { total: 20 },
    { total: 19 },
    19,
    { type: 'minRequests', args: [20], rule: 'requests', actual: 20, threshold: 20, unit: 'count' },
  ],
  [
    'failureRate',
    () => failureRate(0.5),
    { total: 10, failures: 5 },
    { total: 100, failures: 49 },
    0.49,
    {
      type: 'failureRate',
      args: [0.5],
      rule: 'failure rate',
      actual: 0.5,
      threshold: 0.5,
      unit: 'ratio',
    },
  ],
  [
    'slowRate',
    () => slowRate(0.3, 1_000),
    { total: 10, slow: { 1000: 3 } },
    { total: 10, slow: { 1000: 2, 500: 9 } },
    0.2,
    {
      type: 'slowRate',
      args: [0.3, 1_000],
      rule: 'slow rate (≥ 1000 ms)',
      actual: 0.3,
      threshold: 0.3,
      unit: 'ratio',
    },
  ],
  [
    'avgLatency',
    () => avgLatency(500),
    { total: 2, totalDurationMs: 1_000 },
    { total: 2, totalDurationMs: 999.9 },
    499.95,
    {
      type: 'avgLatency',
      args: [500],
      rule: 'average duration',
      actual: 500,
      threshold: 500,
      unit: 'ms',
    },
  ],
  [
    'failureStreak',
    () => failureStreak(5),
    { total: 9, failures: 5, failureStreak: 5 },
    { total: 9, failures: 8, failureStreak: 4 },
    4,
    {
      type: 'failureStreak',
      args: [5],
      rule: 'failure streak',
      actual: 5,
      threshold: 5,
      unit: 'count',
    },
  ],
])('%s', (_name, make, met, unmet, unmetActual, report) => {
  test('is met at its threshold and not below it', () => {
    const rule = make()
    expect(rule.test(contextOf(met))).toBe(true)
    expect(rule.test(contextOf(unmet))).toBe(false)
  })

  test('explains itself with the same verdict and the value it looked at', () => {
    const rule = make()
    expect(rule.explain(contextOf(met))).toEqual({ ...report, met: true })
    expect(rule.explain(contextOf(unmet))).toEqual({ ...report, met: false, actual: unmetActual })
  })
})

test.each<[string, () => Tripper]>([
  ['failureRate', () => failureRate(0.01)],
  ['slowRate', () => slowRate(0.01, 1_000)],
  ['avgLatency', () => avgLatency(0.001)],
])('%s without calls is not met and has no actual value', (_name, make) => {
  const rule = make()
  const ctx = contextOf({})
  expect(rule.test(ctx)).toBe(false)
  expect(rule.explain(ctx).met).toBe(false)
  expect('actual' in rule.explain(ctx)).toBe(false)
})

test('slowRate finds no slow calls where nobody passed its threshold on', () => {
  expect(slowRate(0.1, 1_000).explain(contextOf({ total: 5 }))).toMatchObject({ actual: 0 })
})

describe('in half_open', () => {
  const probing = (facts: Facts) => contextOf({ ...facts, state: 'half_open', probes: 3 })

  test('counts are capped at the number of probes, in the report too', () => {
    expect(minRequests(20).test(probing({ total: 2 }))).toBe(false)
    expect(minRequests(20).test(probing({ total: 3 }))).toBe(true)
    expect(failureStreak(5).test(probing({ failureStreak: 2 }))).toBe(false)
    expect(failureStreak(5).test(probing({ failureStreak: 3 }))).toBe(true)
    expect(minRequests(20).explain(probing({ total: 3 }))).toMatchObject({
      threshold: 3,
      met: true,
    })
    expect(failureStreak(5).explain(probing({ failureStreak: 2 }))).toMatchObject({ threshold: 3 })
  })

  test('a count below the number of probes stays what it is', () => {
    expect(minRequests(2).test(probing({ total: 2 }))).toBe(true)
    expect(failureStreak(1).explain(probing({ failureStreak: 1 }))).toMatchObject({ threshold: 1 })
  })

  test('rates and durations are not capped', () => {
    expect(failureRate(0.5).test(probing({ total: 3, failures: 1 }))).toBe(false)
    expect(avgLatency(500).explain(probing({ total: 1, totalDurationMs: 9 })).threshold).toBe(500)
  })
})

describe('closed and halfOpened', () => {
  test.each<[State, boolean, boolean]>([
    ['closed', true, false],
    ['metrics_only', true, false], // stands in for closed
    ['half_open', false, true],
    ['open', false, false],
    ['forced_open', false, false],
    ['disabled', false, false],
  ])('in %s', (state, isClosed, isHalfOpen) => {
    const ctx = contextOf({ state })
    expect(whileClosed().test(ctx)).toBe(isClosed)
    expect(whileClosed().explain(ctx)).toEqual({
      type: 'whileClosed',
      args: [],
      rule: 'closed',
      met: isClosed,
    })
    expect(whileHalfOpen().test(ctx)).toBe(isHalfOpen)
    expect(whileHalfOpen().explain(ctx)).toEqual({
      type: 'whileHalfOpen',
      args: [],
      rule: 'half open',
      met: isHalfOpen,
    })
  })
})

describe('tripWhen', () => {
  test('asks its predicate, and goes by its name', () => {
    const rule = tripWhen('three failures', (ctx) => ctx.failures >= 3)
    expect(rule.test(contextOf({ failures: 3 }))).toBe(true)
    expect(rule.test(contextOf({ failures: 2 }))).toBe(false)
    expect(rule.explain(contextOf({ failures: 3 }))).toEqual({
      type: 'tripWhen',
      args: ['three failures'],
      rule: 'three failures',
      met: true,
    })
  })

  test('is shown the live numbers, the state among them', () => {
    const seen: RuleContext[] = []
    const ctx = contextOf({ total: 4, state: 'half_open', probes: 3, slow: { 5: 1 } })
    tripWhen('look', (shown) => seen.push(shown) > 0).test(ctx)
    expect(seen).toEqual([ctx])
  })

  test('says what it wants for slowThresholdsMs', () => {
    expect(() => tripWhen('x', () => true, { slowThresholdsMs: 5 as never })).toThrow(
      'tripWhen: slowThresholdsMs must be an array, got 5',
    )
  })
})
