import type { Tripper } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Core = Subject['core']
interface Row {
  reason: string
  rule(core: Core): Tripper
  /** The calls that make the rule true. */
  calls: readonly (readonly [failed: boolean, ms: number])[]
}

const good = [false, 10] as const
const bad = [true, 10] as const
const slow = [false, 1_500] as const
const times = (n: number, call: readonly [boolean, number]) => Array.from({ length: n }, () => call)

const rows: Row[] = [
  {
    reason: 'failure rate 62 % ≥ 60 % over 21 calls',
    rule: (c) => c.minRequests(21).and(c.failureRate(0.6)),
    calls: [...times(8, good), ...times(13, bad)],
  },
  {
    reason: 'failure rate 100 % ≥ 50 % over 1 call',
    rule: (c) => c.failureRate(0.5),
    calls: [bad],
  },
  {
    reason: 'failure streak 3 ≥ 3 over 5 calls',
    rule: (c) => c.failureStreak(3),
    calls: [...times(2, good), ...times(3, bad)],
  },
  {
    reason: 'slow rate (≥ 1000 ms) 50 % ≥ 50 % over 4 calls',
    rule: (c) => c.minRequests(4).and(c.slowRate(0.5, 1_000)),
    calls: [...times(2, good), ...times(2, slow)],
  },
  {
    reason: 'average duration 755 ms ≥ 750 ms over 2 calls',
    rule: (c) => c.avgLatency(750),
    calls: [good, slow],
  },
  {
    reason: 'failure rate 50 % ≥ 50 % and slow rate (≥ 1000 ms) 50 % ≥ 50 % over 2 calls',
    rule: (c) => c.minRequests(2).and(c.failureRate(0.5)).and(c.slowRate(0.5, 1_000)),
    calls: [bad, slow],
  },
  {
    reason: 'requests 3 ≥ 3 over 3 calls',
    rule: (c) => c.minRequests(3),
    calls: times(3, good),
  },
  {
    reason: 'failure rate 66.7 % < 67 % over 3 calls',
    rule: (c) => c.minRequests(3).and(c.failureRate(0.67).not()),
    calls: [bad, bad, good],
  },
  {
    reason: 'night shift and closed over 1 call',
    rule: (c) => c.tripWhen('night shift', () => true).and(c.whileClosed()),
    calls: [good],
  },
  {
    reason: 'not half open over 1 call',
    rule: (c) => c.whileHalfOpen().not(),
    calls: [good],
  },
]

/** The reasons of openings by a rule. */
export const reasonCases: readonly ConformanceCase[] = table(
  '5. Reasons',
  rows,
  ({ reason }) => `the reason of an opening: ${reason}`,
  ({ reason, rule, calls }, subject) => {
    const rig = new SubjectRig(subject, { tripper: rule(subject.core) })
    for (const [failed, ms] of calls) {
      assert.strictEqual(rig.state, 'closed')
      if (failed) rig.fail(1, new Error('down'), ms)
      else rig.succeed(1, ms)
    }
    assert.strictEqual(rig.signals[0]?.reason, reason)
  },
)
