import type { RuleContext, Tripper, TripperReport } from '@fluxgate/core'
import { SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Core = Subject['core']

const context = (parts: Partial<RuleContext>): RuleContext => ({
  state: 'closed',
  circuitName: 'payments',
  ignored: 0,
  total: 0,
  failures: 0,
  totalDurationMs: 0,
  failureStreak: 0,
  slow: {},
  ...parts,
})

interface Leaf {
  says: string
  of(core: Core): Tripper
  ctx: Partial<RuleContext>
  report: TripperReport
}

const rate = (failureRate: number): Partial<RuleContext> => ({ total: 10, failureRate })
const slow = (count: number): Partial<RuleContext> => ({ total: 10, slow: { 100: count } })

const requests = { type: 'minRequests', args: [5], rule: 'requests', unit: 'count' } as const
const failureRate = {
  type: 'failureRate',
  args: [0.5],
  rule: 'failure rate',
  unit: 'ratio',
  threshold: 0.5,
} as const
const slowRate = {
  type: 'slowRate',
  args: [0.3, 100],
  rule: 'slow rate (≥ 100 ms)',
  unit: 'ratio',
  threshold: 0.3,
} as const
const average = {
  type: 'avgLatency',
  args: [50],
  rule: 'average duration',
  unit: 'ms',
  threshold: 50,
} as const
const failures = { type: 'failureCount', args: [4], rule: 'failures', unit: 'count' } as const
const streak = { type: 'failureStreak', args: [4], rule: 'failure streak', unit: 'count' } as const

const minRequestsRow = (total: number, met: boolean, probes?: number): Leaf => ({
  says: `minRequests(5) with ${total} calls${probes ? ` and ${probes} probes` : ''}`,
  of: (c) => c.minRequests(5),
  ctx: { total, ...(probes && { probes, state: 'half_open' }) },
  report: { ...requests, met, actual: total, threshold: Math.min(5, probes ?? 5) },
})
const failureRateRow = (actual: number, met: boolean): Leaf => ({
  says: `failureRate(0.5) at ${actual}`,
  of: (c) => c.failureRate(0.5),
  ctx: rate(actual),
  report: { ...failureRate, met, actual },
})
const slowRateRow = (count: number, met: boolean): Leaf => ({
  says: `slowRate(0.3, 100) with ${count} of 10 slow`,
  of: (c) => c.slowRate(0.3, 100),
  ctx: slow(count),
  report: { ...slowRate, met, actual: count / 10 },
})
const avgLatencyRow = (avgDurationMs: number, met: boolean): Leaf => ({
  says: `avgLatency(50) at ${avgDurationMs} ms`,
  of: (c) => c.avgLatency(50),
  ctx: { total: 2, avgDurationMs },
  report: { ...average, met, actual: avgDurationMs },
})
const streakRow = (failures: number, met: boolean, probes?: number): Leaf => ({
  says: `failureStreak(4) after ${failures} failures${probes ? ` and ${probes} probes` : ''}`,
  of: (c) => c.failureStreak(4),
  ctx: { failureStreak: failures, ...(probes && { probes, state: 'half_open' }) },
  report: { ...streak, met, actual: failures, threshold: Math.min(4, probes ?? 4) },
})

const failureCountRow = (actual: number, met: boolean, probes?: number): Leaf => ({
  says: `failureCount(4) with ${actual} failures${probes ? ` and ${probes} probes` : ''}`,
  of: (c) => c.failureCount(4),
  ctx: { total: 9, failures: actual, ...(probes && { probes, state: 'half_open' }) },
  report: { ...failures, met, actual, threshold: Math.min(4, probes ?? 4) },
})

const leaves: Leaf[] = [
  minRequestsRow(0, false),
  minRequestsRow(4, false),
  minRequestsRow(5, true),
  minRequestsRow(6, true),
  minRequestsRow(2, false, 3),
  minRequestsRow(3, true, 3),
  minRequestsRow(5, true, 9),
  minRequestsRow(4, false, 9),
  failureRateRow(0.499_999, false),
  failureRateRow(0.5, true),
  failureRateRow(1, true),
  failureRateRow(0, false),
  slowRateRow(2, false),
  slowRateRow(3, true),
  slowRateRow(4, true),
  avgLatencyRow(49.999, false),
  avgLatencyRow(50, true),
  avgLatencyRow(51, true),
  failureCountRow(3, false),
  failureCountRow(4, true),
  failureCountRow(5, true),
  failureCountRow(1, false, 2),
  failureCountRow(2, true, 2),
  failureCountRow(3, false, 7),
  streakRow(3, false),
  streakRow(4, true),
  streakRow(5, true),
  streakRow(1, false, 2),
  streakRow(2, true, 2),
  streakRow(3, false, 7),
]

const leafCases = table(
  '2. Trippers',
  leaves,
  ({ says, report }) => `${says} is ${report.met ? 'met' : 'not met'}`,
  ({ of, ctx, report }, { core }) => {
    const rule = of(core)
    assert.strictEqual(rule.test(context(ctx)), report.met)
    assert.deepEqual(rule.explain(context(ctx)), report)
  },
)

const withoutCalls = table(
  '2. Trippers',
  [
    { says: 'failureRate', of: (c: Core) => c.failureRate(0.5), report: failureRate },
    { says: 'slowRate', of: (c: Core) => c.slowRate(0.3, 100), report: slowRate },
    { says: 'avgLatency', of: (c: Core) => c.avgLatency(50), report: average },
  ],
  ({ says }) => `${says} without calls is not met and has no actual value`,
  ({ of, report }, { core }) => {
    assert.isFalse(of(core).test(context({ slow: { 100: 0 } })))
    assert.deepEqual(of(core).explain(context({ slow: { 100: 0 } })), { ...report, met: false })
  },
)

const stateCases = table(
  '2. Trippers',
  states,
  (state) => `whileClosed() and whileHalfOpen() in ${state}`,
  (state, { core }) => {
    const ctx = context({ state })
    const inClosed = state === 'closed' || state === 'metrics_only' // evaluated like closed
    assert.strictEqual(core.whileClosed().test(ctx), inClosed)
    assert.strictEqual(core.whileHalfOpen().test(ctx), state === 'half_open')
    assert.deepEqual(core.whileClosed().explain(ctx), {
      type: 'whileClosed',
      args: [],
      rule: 'closed',
      met: inClosed,
    })
    assert.deepEqual(core.whileHalfOpen().explain(ctx), {
      type: 'whileHalfOpen',
      args: [],
      rule: 'half open',
      met: state === 'half_open',
    })
  },
)

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

export const tripperCases: readonly ConformanceCase[] = [
  ...leafCases,
  ...withoutCalls,
  ...stateCases,
  ...truthCases,
  ...composed,
]
