import type { BreakerOptions, ErrorSource } from '@fluxgate/core'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Core = Subject['core']
const broken = new Error('policy')
const breaks = () => {
  throw broken
}

/** An error of a policy callback never changes the result of the caller. */
const policyErrors = cases('4. Policy errors', {
  'a tracker that throws makes an error a failure': async (s) => {
    const rig = new SubjectRig(s, { tracker: s.core.errorWhere(breaks) })
    const down = new Error('down')
    assert.strictEqual(await rejection(rig.breaker.call(() => Promise.reject(down))), down)
    assert.deepEqual(rig.outcomes, ['failure'])
    assert.deepEqual(rig.errors, [{ error: broken, source: 'tracker', circuitName: 'payments' }])
  },
  'a tracker that throws makes a result a success': async (s) => {
    const rig = new SubjectRig(s, { tracker: s.core.resultWhere(breaks) })
    assert.strictEqual(await rig.breaker.call(() => 'value'), 'value')
    assert.deepEqual(rig.outcomes, ['success'])
    assert.deepEqual(rig.errors, [{ error: broken, source: 'tracker', circuitName: 'payments' }])
  },
  'a tripper that throws does not open the circuit': (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.tripWhen('broken', breaks) })
    rig.fail(5)
    assert.strictEqual(rig.state, 'closed')
    assert.strictEqual(rig.recorded, '5/5')
    assert.strictEqual(rig.errors.length, 5)
    assert.deepInclude(rig.errors[0], { error: broken, source: 'tripper' })
    assert.deepEqual(rig.breaker.explain(), { rule: 'a rule that threw', met: false })
  },
  'a tripper whose explain() throws still opens the circuit': (s) => {
    const rig = new SubjectRig(s, { tripper: { test: () => true, explain: breaks } })
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
    assert.strictEqual(rig.signals.length, 1)
    assert.deepInclude(rig.errors[0], { error: broken, source: 'tripper' })
  },
  'a permit that throws admits the call': (s) => {
    const rig = new SubjectRig(s, { permit: s.core.admitWhen('broken', breaks) }).enter('half_open')
    assert.isTrue(rig.admits())
    assert.deepInclude(rig.errors[0], { error: broken, source: 'permit' })
  },
  'a retry schedule that throws lets the circuit wait 30 s': (s) => {
    const rig = new SubjectRig(s, { retry: s.core.retryWhen('broken', breaks) })
    rig.fail(3)
    assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + 30_000)
    assert.deepInclude(rig.errors[0], { error: broken, source: 'retry' })
  },
  'an onError that throws or rejects does not affect the call': async (s) => {
    const original = console.error
    const lines: unknown[][] = []
    console.error = (...line: unknown[]) => void lines.push(line)
    try {
      for (const onError of [breaks, () => Promise.reject(broken)]) {
        const rig = new SubjectRig(s, { tracker: s.core.resultWhere(breaks), onError })
        assert.strictEqual(await rig.breaker.call(() => 'value'), 'value')
        assert.strictEqual(rig.recorded, '1/0')
      }
      await microtasks()
    } finally {
      console.error = original
    }
    assert.isAbove(lines.length, 0)
  },
  'errors go to the console without onError': (s) => {
    const original = console.error
    const lines: unknown[][] = []
    console.error = (...line: unknown[]) => void lines.push(line)
    try {
      const breaker = new s.core.CircuitBreaker({ name: 'x', tracker: s.core.resultWhere(breaks) })
      breaker.callSync(() => 1)
    } finally {
      console.error = original
    }
    assert.strictEqual(lines.length, 1)
    assert.include(String(lines[0]?.[0]), 'tracker')
    assert.isTrue(lines[0]?.includes(broken))
  },
})

type Transitioning = {
  says: string
  of(core: Core, changeState: () => boolean): Partial<BreakerOptions>
}

const transitioningPolicies: Transitioning[] = [
  { says: 'tracker', of: (c, changeState) => ({ tracker: c.errorWhere(changeState) }) },
  { says: 'tripper', of: (c, changeState) => ({ tripper: c.tripWhen('own', changeState) }) },
  {
    says: 'retry',
    of: (c, changeState) => ({ retry: c.retryWhen('own', () => Number(changeState())) }),
  },
]

const transitionCases = table(
  '4. Policy errors',
  transitioningPolicies,
  ({ says }) => `the transition of a ${says} prevails over that of the circuit`,
  ({ of }, subject) => {
    const box: { rig?: SubjectRig } = {}
    const policies = of(subject.core, () => {
      box.rig?.breaker.disable()
      return true
    })
    const rig = new SubjectRig(subject, { tripper: subject.core.failureStreak(1), ...policies })
    box.rig = rig
    assert.strictEqual(
      thrown(() => rig.breaker.callSync(breaks)),
      broken,
    )
    assert.strictEqual(rig.state, 'disabled')
    assert.deepEqual(rig.transitions, ['closed>disabled'])
  },
)

interface Async {
  readonly callback: string
  /** What distinguishes the case from the other cases of the callback. */
  readonly says: string
  readonly source: ErrorSource
  of(core: Core, promised: () => never): Partial<BreakerOptions>
  /** The state after a failing call, which opens the circuit unless the rule is the async policy. */
  readonly state: 'open' | 'closed'
}

const asyncPolicies: Async[] = [
  {
    callback: 'errorWhere: predicate must return a boolean',
    source: 'tracker',
    says: '',
    of: (c, promised) => ({ tracker: c.errorWhere(promised) }),
    state: 'open',
  },
  {
    callback: 'errorWhere: predicate must return a boolean',
    source: 'tracker',
    says: ', also as ignore',
    of: (c, promised) => ({ ignore: c.anyError().and(c.errorWhere(promised)) }),
    state: 'open',
  },
  {
    callback: 'tripWhen: test must return a boolean',
    source: 'tripper',
    says: '',
    of: (c, promised) => ({ tripper: c.tripWhen('own', promised).and(c.minRequests(1)) }),
    state: 'closed',
  },
  {
    callback: 'tripper: test must return a boolean',
    source: 'tripper',
    says: '',
    of: (_, test) => ({ tripper: { test, explain: () => ({ rule: 'own', met: false }) } }),
    state: 'closed',
  },
  {
    callback: 'retryWhen: delayMs must return a number',
    source: 'retry',
    says: '',
    of: (c, promised) => ({ retry: c.retryWhen('own', promised) }),
    state: 'open',
  },
]

/** `strayErrors` of the runner sees a rejection that is not handled. */
const asyncCases = table(
  '4. Policy errors',
  asyncPolicies,
  ({ callback, says }) => `${callback}: a promise is reported${says}`,
  async ({ callback, source, of, state }, s) => {
    const promised = () => Promise.reject(broken) as never
    const options = { tripper: s.core.failureStreak(1), ...of(s.core, promised) }
    const rig = new SubjectRig(s, options)
    rig.fail()
    await microtasks()
    assert.strictEqual(rig.state, state)
    assert.strictEqual(rig.recorded, state === 'open' ? '0/0' : '1/1')
    assert.deepEqual(
      rig.errors.map(({ error, ...rest }) => ({ error: String(error), ...rest })),
      [{ error: `TypeError: ${callback}, not a promise`, source, circuitName: 'payments' }],
    )
    if (source === 'retry') {
      assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + 30_000)
    }
  },
)

const asyncResults = cases('4. Policy errors', {
  'an async resultWhere() makes a result a success, and is reported': async (s) => {
    const promised = () => Promise.reject(broken) as never
    const rig = new SubjectRig(s, { tracker: s.core.anyError().or(s.core.resultWhere(promised)) })
    assert.strictEqual(await rig.breaker.call(() => 'value'), 'value')
    await microtasks()
    assert.deepEqual(rig.outcomes, ['success'])
    assert.include(String(rig.errors[0]?.error), 'resultWhere: predicate must return a boolean')
  },
  'an async permit admits the call, and is reported': (s) => {
    const promised = () => Promise.reject(broken) as never
    const rig = new SubjectRig(s, { permit: s.core.admitWhen('own', promised) }).enter('half_open')
    assert.isTrue(rig.admits())
    assert.include(String(rig.errors[0]?.error), 'admitWhen: test must return a boolean')
  },
})

export const policyErrorCases: readonly ConformanceCase[] = [
  ...policyErrors,
  ...transitionCases,
  ...asyncCases,
  ...asyncResults,
]
