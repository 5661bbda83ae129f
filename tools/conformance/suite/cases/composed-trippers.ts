import type { RuleContext } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import { context } from '../rule-context.ts'

const truths = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const

const truthCases = table(
  '2. Trippers',
  truths,
  ([a, b]) => `and, or and not of rules that are ${a} and ${b}`,
  ([a, b], { core }) => {
    const [left, right] = [core.tripWhen('a', () => a), core.tripWhen('b', () => b)]
    const ctx = context({})
    const both = left.and(right)
    const either = left.or(right)
    assert.strictEqual(both.test(ctx), a && b)
    assert.strictEqual(either.test(ctx), a || b)
    assert.strictEqual(left.not().test(ctx), !a)
    assert.strictEqual(left.not().not().test(ctx), a)
    assert.strictEqual(both.not().test(ctx), left.not().or(right.not()).test(ctx))
    const children = [
      { type: 'tripWhen', args: ['a'], rule: 'a', met: a },
      { type: 'tripWhen', args: ['b'], rule: 'b', met: b },
    ]
    assert.deepEqual(both.explain(ctx), {
      type: 'and',
      args: [],
      rule: 'and',
      op: 'and',
      met: a && b,
      children,
    })
    assert.deepEqual(either.explain(ctx), {
      type: 'or',
      args: [],
      rule: 'or',
      op: 'or',
      met: a || b,
      children,
    })
    assert.deepEqual(left.not().explain(ctx), {
      type: 'not',
      args: [],
      rule: 'not',
      op: 'not',
      met: !a,
      children: [{ type: 'tripWhen', args: ['a'], rule: 'a', met: a }],
    })
  },
)

const composed = cases('2. Trippers', {
  'the report of a.and(b).and(c) is one list, with or() as a nested list': ({ core }) => {
    const leaf = (name: string, met: boolean) => core.tripWhen(name, () => met)
    const rule = leaf('a', true)
      .and(leaf('b', true))
      .and(leaf('c', false).or(leaf('d', true)))
    assert.deepEqual(rule.explain(context({})), {
      type: 'and',
      args: [],
      rule: 'and',
      op: 'and',
      met: true,
      children: [
        { type: 'tripWhen', args: ['a'], rule: 'a', met: true },
        { type: 'tripWhen', args: ['b'], rule: 'b', met: true },
        {
          type: 'or',
          args: [],
          rule: 'or',
          op: 'or',
          met: true,
          children: [
            { type: 'tripWhen', args: ['c'], rule: 'c', met: false },
            { type: 'tripWhen', args: ['d'], rule: 'd', met: true },
          ],
        },
      ],
    })
  },
  'composite rules have the slow thresholds of all their parts': ({ core }) => {
    const rule = core
      .slowRate(0.1, 100)
      .or(core.slowRate(0.2, 200).and(core.slowRate(0.3, 100)))
      .or(core.tripWhen('own', () => false, { slowThresholdsMs: [300] }))
      .not()
    assert.deepEqual([...rule.slowThresholdsMs].sort(), [100, 200, 300])
  },
  'composite rules need as many calls as the least demanding way to meet them': ({ core }) => {
    const rule = core.failureRate(0.5).and(core.minRequests(7).or(core.failureCount(9)))
    assert.strictEqual(rule.minRequests, 7)
    assert.strictEqual(rule.not().minRequests, 1)
    assert.strictEqual(rule.not().not().minRequests, 7)
    assert.strictEqual(rule.or(core.failureStreak(20)).minRequests, 1)
    assert.strictEqual(core.failureRate(0.5).minRequests, 1)
  },
  'a rule named requests appears in the reason': (s) => {
    const tripper = s.core.tripWhen('requests', ({ total }) => total > 1)
    const rig = new SubjectRig(s, { tripper: tripper.and(s.core.minRequests(2)) })
    rig.succeed(2)
    assert.strictEqual(rig.signals[0]?.reason, 'requests over 2 calls')
  },
  'failureCount opens at exactly its number, and is capped at the probes': (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.failureCount(3), probes: 2 })
    rig.fail(2)
    rig.succeed(5)
    assert.strictEqual(rig.state, 'closed')
    rig.fail()
    assert.strictEqual(rig.signals[0]?.reason, 'failures 3 ≥ 3 over 8 calls')
    rig.enter('half_open')
    rig.fail(2)
    assert.strictEqual(rig.signals[0]?.reason, 'failures 2 ≥ 2 over 2 calls')
  },
  'the function of tripWhen receives the counts of the epoch': ({ core }) => {
    const received: RuleContext[] = []
    const rule = core.tripWhen('own', (ctx) => received.push(ctx) > 99)
    const ctx = context({ total: 4, failures: 2 })
    assert.isFalse(rule.test(ctx))
    assert.strictEqual(received[0], ctx)
    assert.deepEqual(rule.explain(ctx), {
      type: 'tripWhen',
      args: ['own'],
      rule: 'own',
      met: false,
    })
  },
  'a rule written by hand can be combined with built-in rules': ({ core }) => {
    const byHand = { test: () => true, explain: () => ({ rule: 'by hand', met: true }) }
    const ctx = context({ total: 1 })
    assert.isFalse(core.minRequests(2).and(byHand).test(ctx))
    assert.isTrue(core.minRequests(2).or(byHand).test(ctx))
    assert.deepEqual(core.minRequests(2).and(byHand).toJSON().args[1], { type: 'custom', args: [] })
  },
})

export const composedTripperCases: readonly ConformanceCase[] = [...truthCases, ...composed]
