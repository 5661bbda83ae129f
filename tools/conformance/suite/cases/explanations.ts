import { SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const explanationCases = cases('5. explain()', {
  'explain() returns the report of the rule over the current window': (s) => {
    const { core } = s
    const rig = new SubjectRig(s, { tripper: core.minRequests(4).and(core.failureRate(0.5)) })
    rig.fail()
    rig.succeed(2)
    assert.deepEqual(rig.breaker.explain(), {
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
  },
  'explain() works in every state, also before the first call': (s) => {
    for (const state of states) {
      const rig = new SubjectRig(s, { tripper: s.core.failureRate(0.5) }).enter(state)
      const report = rig.breaker.explain()
      assert.deepInclude(report, { type: 'failureRate', met: false, threshold: 0.5 }, state)
      assert.notProperty(report, 'actual')
    }
  },
  'explain() caps counts at the number of probes in half_open only': (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.minRequests(20), probes: 4 })
    assert.strictEqual(rig.breaker.explain().threshold, 20)
    rig.enter('half_open')
    assert.strictEqual(rig.breaker.explain().threshold, 4)
  },
  'explain() passes the current state to the rule': (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.whileHalfOpen() })
    assert.isFalse(rig.breaker.explain().met)
    rig.enter('half_open')
    assert.isTrue(rig.breaker.explain().met)
  },
  'explain() ignores calls that a time window has evicted': (s) => {
    const tripper = s.core.slowRate(1, 10)
    const rig = new SubjectRig(s, { window: s.core.timeWindow(1_000), tripper })
    rig.succeed()
    assert.strictEqual(rig.breaker.explain().actual, 0)
    rig.clock.advance(1_000)
    assert.notProperty(rig.breaker.explain(), 'actual')
  },
})
