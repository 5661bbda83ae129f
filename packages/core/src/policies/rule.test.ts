import fc from '@fluxgate/testkit/fast-check'
import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import type { Rule, RuleContext, Tripper } from './rule.ts'
import {
  avgLatency,
  failureCount,
  failureRate,
  failureStreak,
  minRequests,
  slowRate,
  tripWhen,
  whileClosed,
  whileHalfOpen,
} from './trippers.ts'

const ctx: RuleContext = {
  state: 'closed',
  circuitName: 'payments',
  ignored: 0,
  total: 2,
  failures: 2,
  totalDurationMs: 0,
  failureStreak: 2,
  failureRate: 1,
  avgDurationMs: 0,
  slow: {},
}

describe('the report of a composed rule', () => {
  const yes = tripWhen('yes', () => true)
  const no = tripWhen('no', () => false)
  const part = (name: string) => ({
    type: 'tripWhen',
    args: [name],
    rule: name,
    met: name === 'yes',
  })

  test('lists a chain of or() as one level, also from the right', () => {
    expect(no.or(yes.or(no)).explain(ctx)).toEqual({
      type: 'or',
      args: [],
      rule: 'or',
      op: 'or',
      met: true,
      children: [part('no'), part('yes'), part('no')],
    })
  })

  test('keeps a composed rule below not()', () => {
    expect(no.or(yes.and(yes)).not().explain(ctx)).toEqual({
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

  test('keeps both levels of a double not()', () => {
    const inner = {
      type: 'not',
      args: [],
      rule: 'not',
      op: 'not',
      met: false,
      children: [part('yes')],
    }
    expect(yes.not().not().explain(ctx)).toEqual({ ...inner, met: true, children: [inner] })
  })

  test('omits a rule written by hand that reports the same op without children', () => {
    const byHand: Rule = {
      test: () => true,
      explain: () => ({ rule: 'mine', op: 'and', met: true }),
    }
    expect(yes.and(byHand).explain(ctx).children).toEqual([part('yes')])
  })

  test('contains the report of a rule written by hand unchanged', () => {
    const report = { rule: 'more than two', met: false, actual: 2, threshold: 3 }
    const byHand: Rule = { test: () => false, explain: () => report }
    expect(failureRate(0.5).and(byHand).explain(ctx).children?.[1]).toEqual(report)
  })
})

describe('a composed rule with a rule written by hand', () => {
  const byHand: Rule = {
    test: () => false,
    explain: () => ({ rule: 'by hand', met: false }),
    slowThresholdsMs: [50, 1_000],
    minRequests: 7,
  }
  const withoutTraits: Rule = { test: byHand.test, explain: byHand.explain }
  const slow = slowRate(0.3, 1_000)

  test.each<[string, Tripper, number[]]>([
    ['and()', slow.and(byHand), [1_000, 50]],
    ['and() without thresholds', slow.and(withoutTraits), [1_000]],
    ['several levels', failureRate(0.5).or(minRequests(2).and(slow.not().or(byHand))), [1_000, 50]],
  ])('collects each slow threshold once: %s', (_name, rule, thresholds) => {
    expect(rule.slowThresholdsMs).toEqual(thresholds)
  })

  test.each<[string, Tripper, number]>([
    ['its own number', failureRate(0.5).and(byHand), 7],
    ['1 by default', failureRate(0.5).and(withoutTraits), 1],
  ])('requires a number of calls: %s', (_name, rule, calls) => {
    expect(rule.minRequests).toBe(calls)
  })
})

test('the slow thresholds of a rule are a frozen copy', () => {
  const slowThresholdsMs = [5]
  const rule = tripWhen('x', () => true, { slowThresholdsMs })
  slowThresholdsMs.push(6)
  expect(rule.slowThresholdsMs).toEqual([5])
  expect(rule.slowThresholdsMs).toSatisfy(Object.isFrozen)
  expect(failureRate(0.5).slowThresholdsMs).toSatisfy(Object.isFrozen)
})

describe('skipWhileHealthy', () => {
  const leaf = fc.constantFrom<Tripper>(
    minRequests(1),
    failureRate(0.001),
    slowRate(0.001, 5),
    slowRate(0.5, 100),
    avgLatency(0.001),
    failureStreak(1),
    failureCount(1),
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
    circuitName: fc.constant('payments'),
    ignored: fc.constant(0),
    failures: fc.constant(0),
    failureStreak: fc.constant(0),
    failureRate: fc.constantFrom(undefined, 0),
    slow: fc.constantFrom({}, { 5: 0, 100: 0 }),
  })

  test('is false for every rule that can be met without a failure or slow call', () => {
    fc.assert(
      fc.property(tree, healthy, (rule, numbers) => {
        if (rule.skipWhileHealthy) expect(rule.test(numbers)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  test.each<[string, () => Tripper, boolean]>([
    ['failureRate()', () => failureRate(0.5), true],
    ['slowRate()', () => slowRate(0.5, 100), true],
    ['failureStreak()', () => failureStreak(3), true],
    ['failureCount()', () => failureCount(3), true],
    ['and() with one such rule', () => minRequests(10).and(failureRate(0.5)), true],
    ['or() of two such rules', () => failureRate(0.5).or(slowRate(0.5, 100)), true],
    ['or() with another rule', () => failureRate(0.5).or(avgLatency(100)), false],
    ['not()', () => failureRate(0.5).not(), false],
    ['tripWhen()', () => tripWhen('mine', () => true), false],
  ])('of %s', (_name, make, expected) => {
    expect(make().skipWhileHealthy).toBe(expected)
  })

  test('is false by default for a rule written by hand', () => {
    const byHand: Rule = { test: () => true, explain: () => ({ rule: 'mine', met: true }) }
    expect(failureRate(0.5).or(byHand).skipWhileHealthy).toBe(false)
    expect(failureRate(0.5).or({ ...byHand, skipWhileHealthy: true }).skipWhileHealthy).toBe(true)
  })

  test('skips a rule until a call fails', () => {
    let evaluations = 0
    const byHand: Rule = {
      test: () => evaluations++ < 0,
      explain: () => ({ rule: 'mine', met: false }),
      skipWhileHealthy: true,
    }
    const rig = new Rig({ tripper: byHand })
    rig.succeed(5)
    expect(evaluations).toBe(0)
    rig.fail()
    expect(evaluations).toBe(1)
  })
})

describe('minRequests of a composed rule', () => {
  const wants = minRequests(5)

  test.each<[string, Tripper, number]>([
    ['and(): the larger number', failureRate(0.5).and(wants).and(minRequests(3)), 5],
    ['or(): the smaller number', wants.or(minRequests(3)), 3],
    ['or() with a rule of any window', failureStreak(2).or(wants), 1],
    ['not(): 1, because it is met with fewer calls', wants.not(), 1],
    ['two nots', wants.not().not(), 5],
    ['not() of or(): all of the nots', wants.not().or(minRequests(3).not()).not(), 5],
    ['not() of and(): one of the nots', wants.not().and(minRequests(3).not()).not(), 3],
    ['failureCount()', failureCount(7), 7],
  ])('%s', (_name, rule, calls) => {
    expect(rule.minRequests).toBe(calls)
  })

  test('is the least number of calls with which any rule can be met', () => {
    const size = fc.integer({ min: 1, max: 6 })
    const leaf = fc.oneof(
      size.map(minRequests),
      size.map(failureCount),
      size.map(failureStreak),
      fc.constantFrom(failureRate(0.5), failureRate(1)),
    )
    const { tree } = fc.letrec<{ tree: Tripper }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => a.and(b)),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => a.or(b)),
        tie('tree').map((rule) => rule.not()),
      ),
    }))
    fc.assert(
      fc.property(tree, (rule) => {
        for (const context of contexts(rule.minRequests - 1)) expect(rule.test(context)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

/** Every context of a window with 1 to `most` calls. A streak may be longer than the window. */
function contexts(most: number): RuleContext[] {
  const upTo = (count: number) => Array.from({ length: count + 1 }, (_, i) => i)
  return upTo(most).flatMap((total) =>
    total === 0
      ? []
      : upTo(total).flatMap((failures) =>
          [0, 1, failures, 6, 100].map((failureStreak) => {
            const failureRate = failures / total
            return { ...ctx, total, failures, failureStreak, failureRate }
          }),
        ),
  )
}
