import fc from '@fluxgate/testkit/fast-check'
import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import type { Rule, RuleContext, Tripper } from './rule.ts'
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

const failures = (total: number): RuleContext => ({
  state: 'closed',
  total,
  failures: total,
  totalDurationMs: 0,
  failureStreak: total,
  failureRate: 1,
  avgDurationMs: 0,
  slow: {},
})
const two = failures(2)
const three = failures(3)

describe('composition', () => {
  const yes = tripWhen('yes', () => true)
  const no = tripWhen('no', () => false)

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('of %s and %s', (a, b) => {
    const [left, right] = [a ? yes : no, b ? yes : no]
    for (const [rule, met] of [
      [left.and(right), a && b],
      [left.or(right), a || b],
      [left.not(), !a],
    ] as const) {
      expect(rule.test(two)).toBe(met)
      expect(rule.explain(two).met).toBe(met)
    }
  })

  test('reports every part, met or not, and a chain of one kind as one list', () => {
    const part = (name: string) => ({
      type: 'tripWhen',
      args: [name],
      rule: name,
      met: name === 'yes',
    })
    expect(yes.and(no).and(yes).explain(two)).toEqual({
      type: 'and',
      args: [],
      rule: 'and',
      op: 'and',
      met: false,
      children: [part('yes'), part('no'), part('yes')],
    })
    expect(no.or(yes.or(no)).explain(two)).toEqual({
      type: 'or',
      args: [],
      rule: 'or',
      op: 'or',
      met: true,
      children: [part('no'), part('yes'), part('no')],
    })
    expect(no.or(yes.and(yes)).not().explain(two)).toEqual({
      type: 'not',
      args: [],
      rule: 'not',
      op: 'not',
      met: false,
      children: [
        {
          type: 'or',
          args: [],
          rule: 'or',
          op: 'or',
          met: true,
          children: [
            part('no'),
            {
              type: 'and',
              args: [],
              rule: 'and',
              op: 'and',
              met: true,
              children: [part('yes'), part('yes')],
            },
          ],
        },
      ],
    })
  })

  test('says no twice where it was told no twice', () => {
    const once = {
      type: 'not',
      args: [],
      rule: 'not',
      op: 'not',
      met: false,
      children: [{ type: 'tripWhen', args: ['yes'], rule: 'yes', met: true }],
    }
    expect(yes.not().not().explain(two)).toEqual({ ...once, met: true, children: [once] })
  })

  test('takes into its list nothing from a rule of its kind, written by hand, that names no parts', () => {
    const byHand: Rule = {
      test: () => true,
      explain: () => ({ rule: 'mine', op: 'and', met: true }),
    }
    expect(yes.and(byHand).explain(two).children).toEqual([
      { type: 'tripWhen', args: ['yes'], rule: 'yes', met: true },
    ])
  })

  test('takes a rule written by hand on either side', () => {
    const byHand: Rule = {
      test: ({ total }) => total > 2,
      explain: ({ total }) => ({
        rule: 'more than two',
        met: total > 2,
        actual: total,
        threshold: 3,
      }),
    }
    const rule = failureRate(0.5).and(byHand)
    expect(rule.test(three)).toBe(true)
    expect(rule.test(two)).toBe(false)
    expect(rule.explain(two).children?.[1]).toEqual({
      rule: 'more than two',
      met: false,
      actual: 2,
      threshold: 3,
    })
    expect(rule.toJSON().args[1]).toEqual({ type: 'custom', args: [] })
  })
})

describe('what a rule needs', () => {
  const byHand: Rule = {
    test: () => false,
    explain: () => ({ rule: 'by hand', met: false }),
    slowThresholdsMs: [50, 1_000],
    minRequests: 7,
  }
  const modest: Rule = { test: byHand.test, explain: byHand.explain }
  const needy = slowRate(0.3, 1_000)

  test.each<[string, Tripper, number[]]>([
    ['slowRate', needy, [1_000]],
    ['a rule without durations', failureRate(0.5), []],
    ['tripWhen', tripWhen('x', () => true, { slowThresholdsMs: [5, 6] }), [5, 6]],
    ['and', needy.and(slowRate(0.5, 5_000)), [1_000, 5_000]],
    ['or', failureRate(0.5).or(needy), [1_000]],
    ['not', needy.not(), [1_000]],
    ['the same twice', needy.or(slowRate(0.9, 1_000)), [1_000]],
    ['a rule by hand within', needy.and(byHand), [1_000, 50]],
    ['one by hand that needs none', needy.and(modest), [1_000]],
    ['deep within', failureRate(0.5).or(minRequests(2).and(needy.not().or(byHand))), [1_000, 50]],
  ])('slow thresholds: %s', (_name, rule, thresholds) => {
    expect(rule.slowThresholdsMs).toEqual(thresholds)
  })

  test.each<[string, Tripper, number]>([
    ['minRequests', minRequests(20), 20],
    ['a rate', failureRate(0.5), 1],
    ['and', minRequests(20).and(minRequests(30)), 30],
    ['or', failureRate(0.5).or(minRequests(20)), 20],
    ['not', minRequests(20).not(), 20],
    ['a rule by hand within', failureRate(0.5).and(byHand), 7],
    ['one by hand that needs none', failureRate(0.5).and(modest), 1],
  ])('calls in the window: %s', (_name, rule, calls) => {
    expect(rule.minRequests).toBe(calls)
  })
})

describe('a rule is a value', () => {
  const rules: [object, () => Tripper][] = [
    [{ type: 'minRequests', args: [20] }, () => minRequests(20)],
    [{ type: 'failureRate', args: [0.5] }, () => failureRate(0.5)],
    [{ type: 'slowRate', args: [0.3, 1_000] }, () => slowRate(0.3, 1_000)],
    [{ type: 'avgLatency', args: [500] }, () => avgLatency(500)],
    [{ type: 'failureStreak', args: [5] }, () => failureStreak(5)],
    [{ type: 'whileClosed', args: [] }, () => whileClosed()],
    [{ type: 'whileHalfOpen', args: [] }, () => whileHalfOpen()],
    [{ type: 'tripWhen', args: ['x'] }, () => tripWhen('x', () => true)],
    [
      {
        type: 'and',
        args: [
          { type: 'minRequests', args: [20] },
          { type: 'failureRate', args: [0.5] },
        ],
      },
      () => minRequests(20).and(failureRate(0.5)),
    ],
    [
      {
        type: 'or',
        args: [
          { type: 'whileClosed', args: [] },
          { type: 'not', args: [{ type: 'whileHalfOpen', args: [] }] },
        ],
      },
      () => whileClosed().or(whileHalfOpen().not()),
    ],
  ]

  test.each(rules)('%j', (json, make) => {
    const rule = make()
    expect(JSON.parse(JSON.stringify(rule))).toEqual(json)
    expect(Object.isFrozen(rule)).toBe(true)
    expect(Object.isFrozen(rule.slowThresholdsMs)).toBe(true)
  })

  test('that a change to what it was made from does not reach', () => {
    const slowThresholdsMs = [5]
    const rule = tripWhen('x', () => true, { slowThresholdsMs })
    slowThresholdsMs.push(6)
    expect(rule.slowThresholdsMs).toEqual([5])
  })
})

describe('onlyInTrouble', () => {
  const leaf = fc.constantFrom<Tripper>(
    minRequests(1),
    failureRate(0.001),
    slowRate(0.001, 5),
    slowRate(0.5, 100),
    avgLatency(0.001),
    failureStreak(1),
    whileClosed(),
    whileHalfOpen(),
    tripWhen('always', () => true),
  )
  const tree = fc.letrec<{ rule: Tripper }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => a.and(b)),
      fc.tuple(tie('rule'), tie('rule')).map(([a, b]) => a.or(b)),
      tie('rule').map((rule) => rule.not()),
    ),
  })).rule
  const healthy = fc.record({
    state: fc.constantFrom('closed' as const, 'half_open' as const, 'metrics_only' as const),
    total: fc.nat(100),
    totalDurationMs: fc.constant(400),
    avgDurationMs: fc.constantFrom(undefined, 4),
    failures: fc.constant(0),
    failureStreak: fc.constant(0),
    failureRate: fc.constantFrom(undefined, 0),
    slow: fc.constantFrom({}, { 5: 0, 100: 0 }),
  })

  test('is said of no rule that can be met while all is well', () => {
    fc.assert(
      fc.property(tree, healthy, (rule, ctx) => {
        if (rule.skipWhileHealthy) expect(rule.test(ctx)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each<[string, () => Tripper, boolean]>([
    ['a failure rate', () => failureRate(0.5), true],
    ['a slow rate', () => slowRate(0.5, 100), true],
    ['a streak', () => failureStreak(3), true],
    ['the default', () => minRequests(10).and(failureRate(0.5)), true],
    ['one of two, joined by or', () => failureRate(0.5).or(slowRate(0.5, 100)), true],
    ['or with one that is not', () => failureRate(0.5).or(avgLatency(100)), false],
    ['not', () => failureRate(0.5).not(), false],
    ['a rule of your own', () => tripWhen('mine', () => true), false],
  ])('%s', (_name, make, expected) => {
    expect(make().skipWhileHealthy).toBe(expected)
  })

  test('a rule by hand is asked unless it says so', () => {
    const byHand: Rule = { test: () => true, explain: () => ({ rule: 'mine', met: true }) }
    expect(failureRate(0.5).or(byHand).skipWhileHealthy).toBe(false)
    expect(failureRate(0.5).or({ ...byHand, skipWhileHealthy: true }).skipWhileHealthy).toBe(true)
  })

  test('a rule that says so is not asked before a call has failed', () => {
    let asked = 0
    const byHand: Rule = {
      test: () => asked++ < 0,
      explain: () => ({ rule: 'mine', met: false }),
      skipWhileHealthy: true,
    }
    const rig = new Rig({ tripper: byHand })
    rig.succeed(5)
    expect(asked).toBe(0)
    rig.fail()
    expect(asked).toBe(1)
  })
})
