import type { Permit, RuleReport } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

const broken = new Error('policy')
const breaks = () => {
  throw broken
}
const permitOf = (finished: Permit['finished']): Permit => ({
  test: () => true,
  finished,
  toJSON: () => ({ type: 'own', args: [] }),
})

const cyclic = { rule: 'and', met: true, op: 'and', children: [] as unknown[] }
cyclic.children.push(cyclic)

const badReports = table(
  '4. Policy errors',
  [
    { says: 'undefined', report: undefined },
    { says: 'a report with a cycle', report: cyclic },
    { says: 'children that are no list', report: { ...cyclic, children: 5 } },
  ],
  ({ says }) => `a rule whose explain() returns ${says} opens the circuit, and is reported`,
  async ({ report }, s) => {
    const tripper = { test: () => true, explain: () => report as RuleReport }
    const rig = new SubjectRig(s, { tripper })
    const down = new Error('down')
    assert.strictEqual(await rejection(rig.breaker.call(() => Promise.reject(down))), down)
    assert.deepEqual(rig.transitions, ['closed>open'])
    assert.strictEqual(rig.signals[0]?.reason, 'a rule that cannot say why')
    assert.deepEqual(
      rig.errors.map(({ source }) => source),
      ['tripper'],
    )
  },
)

const badDelays = table(
  '4. Policy errors',
  [
    { delayMs: Number.NaN, error: 'RangeError', quoted: 'NaN' },
    { delayMs: -1, error: 'RangeError', quoted: '-1' },
    { delayMs: 'soon', error: 'TypeError', quoted: '"soon"' },
  ],
  ({ quoted }) => `a retry schedule that returns ${quoted} is reported, and the circuit waits 30 s`,
  ({ delayMs, error, quoted }, s) => {
    const rig = new SubjectRig(s, { retry: s.core.retryWhen('own', () => delayMs as never) })
    rig.fail(3)
    assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + 30_000)
    assert.strictEqual(
      String(rig.errors[0]?.error),
      `${error}: retry: delayMs must be a number of at least 0, got ${quoted}`,
    )
  },
)

const throwing = cases('4. Policy errors', {
  'a tracker that throws does not affect callSync() and tickets': (s) => {
    const tracker = s.core.errorWhere(breaks).or(s.core.resultWhere(breaks))
    const rig = new SubjectRig(s, { tracker })
    const value = {}
    assert.strictEqual(
      rig.breaker.callSync(() => value),
      value,
    )
    rig.succeed()
    rig.fail()
    assert.strictEqual(rig.recorded, '3/1')
    assert.strictEqual(rig.errors.length, 3)
  },
  'a tripper that throws leaves the decision of half_open to the probes': (s) => {
    const options = { tripper: s.core.tripWhen('broken', breaks), probes: 1 }
    const healthy = new SubjectRig(s, options).enter('half_open')
    healthy.succeed()
    assert.strictEqual(healthy.state, 'closed')
    const failing = new SubjectRig(s, options).enter('half_open')
    failing.fail()
    assert.strictEqual(failing.state, 'open')
  },
  'the reason of an opening whose explain() throws says so': (s) => {
    const rig = new SubjectRig(s, { tripper: { test: () => true, explain: breaks } })
    rig.fail()
    assert.strictEqual(rig.signals[0]?.reason, 'a rule that threw over 1 call')
    assert.deepEqual(rig.errors, [{ error: broken, source: 'tripper', circuitName: 'payments' }])
  },
  'a permit that throws leaves the probe budget in force': (s) => {
    const permit = s.core.admitWhen('broken', breaks)
    const rig = new SubjectRig(s, { permit, probes: 2 }).enter('open')
    rig.clock.advance(COOLDOWN_MS)
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isDefined(rig.breaker.tryAcquire())
    assert.isUndefined(rig.breaker.tryAcquire())
    assert.strictEqual(rig.errors.length, 2)
    assert.deepInclude(rig.errors[1], { error: broken, source: 'permit' })
  },
  'a permit whose finished() throws is finished': (s) => {
    const rig = new SubjectRig(s, { permit: permitOf(breaks), probes: 1 }).enter('half_open')
    rig.succeed()
    assert.strictEqual(rig.state, 'closed')
    assert.deepInclude(rig.errors[0], { error: broken, source: 'permit' })
  },
  'a permit that throws does not make snapshot() throw': (s) => {
    const permit = s.core.admitWhen('broken', breaks)
    const rig = new SubjectRig(s, { permit }).enter('half_open')
    assert.isTrue(rig.breaker.snapshot().permitted)
  },
})

const transitions = cases('4. Policy errors', {
  'the transition of a tracker makes the call stale': (s) => {
    const box: { rig?: SubjectRig } = {}
    const tracker = s.core.errorWhere(() => {
      box.rig?.breaker.metricsOnly()
      return true
    })
    const rig = new SubjectRig(s, { tracker })
    box.rig = rig
    rig.fail()
    assert.strictEqual(rig.state, 'metrics_only')
    assert.strictEqual(rig.recorded, '0/0')
    assert.deepInclude(rig.events[0], { state: 'closed', stale: true })
  },
  'the transition of a permit makes the probe stale': (s) => {
    const box: { rig?: SubjectRig } = {}
    const permit = s.core.admitWhen('own', () => {
      box.rig?.breaker.reset()
      return true
    })
    const rig = new SubjectRig(s, { permit })
    box.rig = rig
    rig.enter('open')
    rig.clock.advance(COOLDOWN_MS)
    rig.fail()
    assert.strictEqual(rig.state, 'closed')
    assert.strictEqual(rig.recorded, '0/0')
  },
  'the transition of finished() prevails over the closing': (s) => {
    const box: { rig?: SubjectRig } = {}
    let calls = 0
    const permit = permitOf(() => {
      if (calls++ > 0) box.rig?.breaker.forceOpen()
      return calls > 1
    })
    const rig = new SubjectRig(s, { permit, probes: 1 })
    box.rig = rig
    rig.enter('half_open')
    rig.succeed()
    assert.isFalse(rig.admits())
    assert.deepEqual(rig.transitions, ['half_open>forced_open'])
  },
})

/** Runs with a console.error that records its arguments, or that is `replacement`. */
async function withConsole(
  run: () => Promise<void>,
  replacement?: () => void,
): Promise<unknown[][]> {
  const { error } = console
  const lines: unknown[][] = []
  console.error = replacement ?? ((...line: unknown[]) => void lines.push(line))
  try {
    await run()
  } finally {
    console.error = error
  }
  return lines
}

const reports = cases('4. Policy errors', {
  'the message on the console names the policy and quotes the circuit': async ({ core }) => {
    const tripper = core.tripWhen('broken', breaks)
    const breaker = new core.CircuitBreaker({ name: 'pay"ments', tripper })
    const lines = await withConsole(async () => {
      assert.strictEqual(await breaker.call(() => 1), 1)
    })
    assert.deepEqual(lines, [['[fluxgate] a tripper of circuit "pay\\"ments" failed:', broken]])
  },
  'when onError throws or rejects, the console gets both errors': async (s) => {
    const worse = new Error('worse')
    const throws = () => {
      throw worse
    }
    for (const onError of [throws, () => Promise.reject(worse)]) {
      const { breaker } = new SubjectRig(s, { tripper: s.core.tripWhen('broken', breaks), onError })
      const lines = await withConsole(async () => {
        assert.strictEqual(await breaker.call(() => 1), 1)
        await microtasks()
      })
      assert.deepEqual(
        lines.map(([, error]) => error),
        [broken, worse],
      )
    }
  },
  'a console that throws does not affect the call': async ({ core }) => {
    const tripper = core.tripWhen('broken', breaks)
    const breaker = new core.CircuitBreaker({ name: 'payments', tripper })
    await withConsole(async () => {
      assert.strictEqual(await breaker.call(() => 1), 1)
    }, breaks)
  },
  'a call does not wait for the promise of onError': async (s) => {
    const { breaker } = new SubjectRig(s, {
      tripper: s.core.tripWhen('broken', breaks),
      onError: () => new Deferred().promise as never,
    })
    assert.strictEqual(await breaker.call(() => 1), 1)
  },
  'onError may change the state of the circuit': (s) => {
    const box: { rig?: SubjectRig } = {}
    const rig = new SubjectRig(s, {
      tripper: s.core.tripWhen('broken', breaks),
      onError: () => box.rig?.breaker.forceOpen(),
    })
    box.rig = rig
    rig.succeed()
    assert.deepEqual(rig.transitions, ['closed>forced_open'])
  },
})

export const policyCallbackCases: readonly ConformanceCase[] = [
  ...badReports,
  ...badDelays,
  ...throwing,
  ...transitions,
  ...reports,
]
