import type { RuleContext, RuleReport } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** When a circuit evaluates its rule, and with which context. */
export const judgingCases = cases('2. Trippers', {
  'the rule is evaluated after every recorded call, and only then': (s) => {
    let evaluations = 0
    const tripper = s.core.tripWhen('count', () => ++evaluations > 99)
    const tracker = s.core.errorType(TypeError)
    const ignore = s.core.errorNamed('ignored')
    const { breaker } = new SubjectRig(s, { tripper, tracker, ignore })
    breaker.callSync(() => 1)
    assert.strictEqual(evaluations, 1)
    thrown(() =>
      breaker.callSync(() => {
        throw new TypeError('counts')
      }),
    )
    assert.strictEqual(evaluations, 2)
    thrown(() =>
      breaker.callSync(() => {
        throw new Error('an answer')
      }),
    )
    assert.strictEqual(evaluations, 3)
    thrown(() =>
      breaker.callSync(() => {
        throw { name: 'ignored' }
      }),
    )
    breaker.acquire().release()
    assert.strictEqual(evaluations, 3)
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
  'rejected, ignored and aborted calls do not lower the rates': (s) => {
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
  'failures are timed, so timeouts are slow': (s) => {
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
  'the rule sees the name of the circuit': (s) => {
    const names: string[] = []
    const tripper = s.core.tripWhen('look', ({ circuitName }) => names.push(circuitName) < 0)
    const rig = new SubjectRig(s, { tripper })
    rig.succeed()
    rig.enter('half_open').succeed()
    assert.deepEqual(names, ['payments', 'payments'])
  },
  'the rule sees the error of the call just recorded, and no other': (s) => {
    const seen: unknown[] = []
    const tripper = s.core.tripWhen('look', ({ lastError }) => seen.push(lastError) < 0)
    const options = { tripper, tracker: s.core.errorType(TypeError), probes: 9 }
    for (const state of ['closed', 'half_open', 'metrics_only'] as const) {
      const rig = new SubjectRig(s, options).enter(state)
      const [failure, answer] = [new TypeError('down'), new Error('answer')]
      seen.length = 0
      rig.fail(1, failure)
      rig.succeed()
      rig.fail(1, answer)
      rig.breaker.explain()
      rig.breaker.judge()
      const expected = [failure, undefined, answer, undefined, undefined]
      assert.deepEqual(seen.slice(0, 5), expected, state)
    }
  },
  'an error that is a success can open the circuit by a rule of the user': (s) => {
    const tripper = s.core.tripWhen('locked out', ({ lastError }) => lastError === 'locked')
    const rig = new SubjectRig(s, { tripper, tracker: s.core.errorType(TypeError) })
    rig.fail(1, 'locked')
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(rig.outcomes, ['success'])
    assert.strictEqual(rig.signals[0]?.error, 'locked')
  },
  'judge() returns the report, and opens when the rule is true': (s) => {
    let full = false
    for (const state of ['closed', 'half_open'] as const) {
      full = false
      const rig = new SubjectRig(s, { tripper: s.core.tripWhen('disk full', () => full) })
      rig.enter(state)
      assert.isFalse(rig.breaker.judge().met)
      assert.deepEqual(rig.signals, [])
      full = true
      const report = rig.breaker.judge()
      assert.deepInclude(report, { type: 'tripWhen', rule: 'disk full', met: true })
      assert.deepEqual(rig.transitions, [`${state}>open`])
      assert.deepInclude(rig.signals[0], { cause: 'rule', report })
      assert.strictEqual(rig.breaker.snapshot().reopens, state === 'half_open' ? 1 : 0)
    }
  },
  'judge() evaluates a streak whose failures a time window has evicted': (s) => {
    const { core } = s
    const window = core.timeWindow(100)
    const rig = new SubjectRig(s, { window, tripper: core.failureStreak(1) }).enter('metrics_only')
    rig.fail()
    rig.clock.advance(1_000)
    assert.isTrue(rig.breaker.judge().met)
    rig.fail() // the verdict is the same as before
    assert.strictEqual(rig.signals.length, 1)
  },
  'judge() in metrics_only reports a new shadow verdict, and changes nothing in other states': (
    s,
  ) => {
    for (const state of ['open', 'metrics_only', 'disabled', 'forced_open'] as const) {
      const rig = new SubjectRig(s, { tripper: s.core.tripWhen('own', () => true) }).enter(state)
      for (let i = 0; i < 3; i++) assert.isTrue(rig.breaker.judge().met)
      assert.strictEqual(rig.state, state)
      const shadow = state === 'metrics_only' ? ['metrics_only>metrics_only'] : []
      assert.deepEqual(rig.transitions, shadow)
    }
  },
  'judge() leaves out calls that a time window has evicted': (s) => {
    const options = { window: s.core.timeWindow(100), tripper: s.core.failureRate(1) }
    const rig = new SubjectRig(s, options).enter('metrics_only')
    rig.fail()
    assert.isTrue(rig.breaker.judge().met)
    rig.clock.advance(100)
    assert.isFalse(rig.breaker.judge().met)
  },
})
