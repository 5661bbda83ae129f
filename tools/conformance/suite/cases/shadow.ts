import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

function watching(subject: Subject): SubjectRig {
  const { core } = subject
  const tripper = core.minRequests(2).and(core.failureRate(0.5))
  return new SubjectRig(subject, { window: core.countWindow(4), tripper }).enter('metrics_only')
}

export const shadowCases = cases('5. Shadow verdicts', {
  'metrics_only emits one shadow signal when the rule becomes true, and keeps its state': (s) => {
    const rig = watching(s)
    const { since } = rig.breaker.snapshot()
    rig.clock.advance(50)
    rig.fail(10)
    assert.strictEqual(rig.signals.length, 1)
    const [signal] = rig.signals
    assert.deepInclude(signal, {
      circuitName: 'payments',
      oldState: 'metrics_only',
      newState: 'metrics_only',
      cause: 'shadow',
      timestamp: since + 50,
      reason: 'failure rate 100 % ≥ 50 % over 2 calls',
    })
    assert.isTrue(signal?.report?.met)
    assert.deepInclude(signal?.metrics, { total: 2, failures: 2 })
    assert.notProperty(signal, 'retryAt')
    assert.strictEqual(rig.state, 'metrics_only')
    assert.strictEqual(rig.breaker.snapshot().since, since)
    assert.isTrue(rig.admits())
  },
  'a shadow signal is emitted again after the rule was false': (s) => {
    const rig = watching(s)
    rig.fail(2)
    rig.succeed(3)
    rig.fail(1)
    assert.strictEqual(rig.signals.length, 1)
    rig.fail(1)
    assert.strictEqual(rig.signals.length, 2)
    rig.fail(3)
    assert.strictEqual(rig.signals.length, 2)
  },
  'a shadow verdict keeps the window and the epoch': (s) => {
    const rig = watching(s)
    const ticket = rig.breaker.acquire()
    rig.fail(2)
    assert.strictEqual(rig.recorded, '2/2')
    ticket.success()
    assert.strictEqual(rig.recorded, '3/2')
    assert.isFalse(rig.events.at(-1)?.stale)
  },
  'a new epoch of metrics_only emits a new shadow signal': (s) => {
    const rig = watching(s)
    rig.fail(2)
    rig.breaker.disable()
    rig.breaker.metricsOnly()
    rig.clearRecords()
    rig.fail(2)
    assert.deepEqual(
      rig.signals.map(({ cause }) => cause),
      ['shadow'],
    )
  },
  'a shadow verdict does not evaluate the retry schedule': (s) => {
    let evaluations = 0
    const retry = s.core.retryWhen('own', () => ++evaluations)
    const rig = new SubjectRig(s, { retry, tripper: s.core.failureStreak(1) }).enter('metrics_only')
    rig.fail(3)
    assert.strictEqual(evaluations, 0)
  },
  'rules for closed apply in metrics_only, with uncapped counts': (s) => {
    const tripper = s.core.whileClosed().and(s.core.minRequests(4))
    const rig = new SubjectRig(s, { probes: 1, tripper }).enter('metrics_only')
    rig.succeed(3)
    assert.deepEqual(rig.signals, [])
    rig.succeed()
    assert.strictEqual(rig.signals[0]?.cause, 'shadow')
  },
  'a success can cause a shadow verdict': (s) => {
    const tripper = s.core.tripWhen('busy', ({ total }) => total >= 2)
    const rig = new SubjectRig(s, { tripper }).enter('metrics_only')
    rig.succeed(2)
    assert.strictEqual(rig.signals[0]?.reason, 'busy over 2 calls')
  },
  'a listener that subscribes after a verdict is called for the next one': (s) => {
    const rig = watching(s)
    rig.fail(2)
    const causes: string[] = []
    rig.breaker.subscribe(({ cause }) => void causes.push(cause))
    rig.fail(2)
    assert.deepEqual(causes, [])
    rig.succeed(3)
    rig.fail(2)
    assert.deepEqual(causes, ['shadow'])
  },
})
