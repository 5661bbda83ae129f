import type { RuleContext, Tripper, TripperReport } from '@fluxgate/core'
import { states } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, table } from '../conformance-case.ts'
import { context } from '../rule-context.ts'
import type { Subject } from '../subject.ts'

type Core = Subject['core']

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

export const tripperCases: readonly ConformanceCase[] = [
  ...leafCases,
  ...withoutCalls,
  ...stateCases,
]
