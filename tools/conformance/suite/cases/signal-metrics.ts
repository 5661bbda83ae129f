import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const signalMetricCases = cases('5. Signals', {
  'the metrics of a signal are those before the window was emptied': (s) => {
    const rig = new SubjectRig(s)
    rig.succeed(4, 10)
    rig.fail(1)
    rig.breaker.forceOpen()
    assert.deepInclude(rig.signals[0]?.metrics, { total: 5, failures: 1, totalDurationMs: 40 })
    assert.strictEqual(rig.recorded, '0/0')
  },
  'the metrics of a signal contain no call that a time window must evict': (s) => {
    const rig = new SubjectRig(s, { window: s.core.timeWindow(100) })
    rig.fail(2)
    rig.clock.advance(100)
    rig.breaker.forceOpen()
    assert.strictEqual(rig.signals[0]?.metrics.total, 0)
  },
  'the signal of a retry has empty metrics, that of the probes has their calls': (s) => {
    const rig = new SubjectRig(s, { probes: 2 }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed(2, 5)
    const [retry, probes] = rig.signals
    assert.match(retry?.reason ?? '', /retry/)
    assert.strictEqual(retry?.metrics.total, 0)
    assert.deepInclude(probes?.metrics, { total: 2, failureRate: 0, avgDurationMs: 5 })
    assert.strictEqual(probes?.reason, '2 of 2 probes succeeded')
  },
})
