import type { RuleContext, RuleReport } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** When a circuit evaluates its rule, and with which context. */
export const judgingCases = cases('2. Trippers', {
  'the rule is evaluated after every recorded call, and only then': (s) => {
    let asked = 0
    const tripper = s.core.tripWhen('count', () => ++asked > 99)
    const tracker = s.core.errorType(TypeError)
    const ignore = s.core.errorNamed('ignored')
    const { breaker } = new SubjectRig(s, { tripper, tracker, ignore })
    breaker.callSync(() => 1)
    assert.strictEqual(asked, 1)
    thrown(() =>
      breaker.callSync(() => {
        throw new TypeError('counts')
      }),
    )
    assert.strictEqual(asked, 2)
    thrown(() =>
      breaker.callSync(() => {
        throw new Error('an answer')
      }),
    )
    assert.strictEqual(asked, 3)
    thrown(() =>
      breaker.callSync(() => {
        throw { name: 'ignored' }
      }),
    )
    breaker.acquire().release()
    assert.strictEqual(asked, 3)
  },
  'a success can open the circuit': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, { tripper: core.minRequests(2).and(core.slowRate(0.5, 100)) })
    rig.succeed(2, 100)
    assert.strictEqual(rig.state, 'open')
  },
  'the call that meets the threshold opens, not the next one': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, { tripper: core.minRequests(4).and(core.failureRate(0.5)) })
    rig.succeed(2)
    rig.fail(1)
    assert.strictEqual(rig.state, 'closed')
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
  },
  'rejected, ignored and aborted calls do not dilute the rates': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, {
      tripper: core.minRequests(4).and(core.failureRate(1)),
      ignore: core.errorType(RangeError),
    })
    for (let i = 0; i < 20; i++) rig.breaker.acquire().release()
    rig.fail(20, new RangeError('ignored'))
    rig.fail(4, new TypeError('counts'))
    assert.strictEqual(rig.state, 'open')
  },
  'failures are timed: a timeout is slow': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, { tripper: core.minRequests(2).and(core.avgLatency(30_000)) })
    rig.fail(2, new Error('timeout'), 30_000)
    assert.strictEqual(rig.state, 'open')
  },
  'slow calls are counted for each threshold separately': (s) => {
    const { core } = s
    const slow = core.slowRate(0.9, 100).or(core.slowRate(0.5, 1_000))
    const rig = new SubjectRig(s, { tripper: core.minRequests(4).and(slow) })
    rig.succeed(2, 100)
    rig.succeed(2, 1_000)
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(rig.signals[0]?.metrics.slow, { 100: 4, 1000: 2 })
  },
  'a rule written by hand declares its slow thresholds': (s) => {
    const tripper = {
      slowThresholdsMs: [50, 50],
      test: (ctx: RuleContext) => (ctx.slow[50] ?? 0) >= 2,
      explain: (ctx: RuleContext): RuleReport => ({ rule: 'own', met: (ctx.slow[50] ?? 0) >= 2 }),
    }
    const rig = new SubjectRig(s, { tripper })
    rig.succeed(1, 49)
    rig.succeed(2, 50)
    assert.strictEqual(rig.state, 'open')
  },
  'the rule receives the state, and the number of probes in half_open only': (s) => {
    const seen: unknown[] = []
    const tripper = s.core.tripWhen('look', ({ state, probes }) => {
      seen.push(`${state} ${probes}`)
      return false
    })
    const rig = new SubjectRig(s, { tripper, probes: 2 })
    rig.succeed()
    rig.enter('half_open').succeed()
    rig.enter('metrics_only').succeed()
    assert.deepEqual(seen, ['closed undefined', 'half_open 2', 'metrics_only undefined'])
  },
  'explain() reports on the calls in the window without changing the state': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, { tripper: core.minRequests(10).and(core.failureRate(0.5)) })
    rig.fail(3)
    const report = rig.breaker.explain()
    assert.isFalse(report.met)
    assert.deepEqual(
      report.children?.map(({ actual, met }) => [actual, met]),
      [
        [3, false],
        [1, true],
      ],
    )
    assert.strictEqual(rig.state, 'closed')
  },
})
