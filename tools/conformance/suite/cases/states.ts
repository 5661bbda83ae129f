import type { State } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

interface Row {
  state: State
  admits: boolean
  /** `total/failures` after a success and a failure. */
  records: string
  events: string[]
}

// the table of section 3; half-open admits within its budget
const rows: Row[] = [
  { state: 'closed', admits: true, records: '2/1', events: ['success', 'failure'] },
  { state: 'open', admits: false, records: '0/0', events: ['rejected', 'rejected'] },
  { state: 'half_open', admits: true, records: '2/1', events: ['success', 'failure'] },
  { state: 'metrics_only', admits: true, records: '2/1', events: ['success', 'failure'] },
  { state: 'disabled', admits: true, records: '0/0', events: [] },
  { state: 'forced_open', admits: false, records: '0/0', events: ['rejected', 'rejected'] },
]

const behaviour = table(
  '3. States',
  rows,
  ({ state, admits }) =>
    `${state} ${admits ? 'admits' : 'rejects'}, records and emits events as documented`,
  ({ state, admits, records, events }, subject) => {
    const rig = new SubjectRig(subject, { probes: 5 }).enter(state)
    assert.strictEqual(rig.state, state)
    assert.strictEqual(rig.breaker.snapshot().permitted, admits)
    const [first, second] = [rig.breaker.tryAcquire(), rig.breaker.tryAcquire()]
    assert.strictEqual(first !== undefined, admits)
    assert.strictEqual(second !== undefined, admits)
    first?.success()
    second?.failure(new Error('down'))
    assert.strictEqual(rig.recorded, records)
    assert.deepEqual(rig.outcomes, events)
    assert.deepEqual([...new Set(rig.events.map((event) => event.state))].slice(0, 1), [
      ...(events.length > 0 ? [state] : []),
    ])
    assert.strictEqual(rig.state, state)
    assert.deepEqual(rig.signals, [])
  },
)

const unchangedByTime = table(
  '3. States',
  states,
  (state) => `${state} does not change by time or by reading`,
  (state, subject) => {
    const rig = new SubjectRig(subject).enter(state)
    rig.clock.advance(365 * 86_400_000)
    rig.breaker.snapshot()
    rig.breaker.explain()
    JSON.stringify(rig.breaker)
    assert.strictEqual(rig.state, state)
    assert.deepEqual(rig.signals, [])
  },
)

const unchangedByCalls = table(
  '3. States',
  ['metrics_only', 'disabled', 'forced_open'] as const,
  (state) => `${state} does not change by calls`,
  (state, subject) => {
    const rig = new SubjectRig(subject, { tripper: subject.core.failureStreak(1) }).enter(state)
    for (let i = 0; i < 20; i++) {
      rig.clock.advance(3_600_000)
      rig.breaker.tryAcquire()?.failure(new Error('down'))
    }
    assert.strictEqual(rig.state, state)
    assert.deepEqual(
      rig.transitions.filter((move) => move !== 'metrics_only>metrics_only'),
      [],
    )
  },
)

const opening = cases('3. States', {
  'a circuit starts closed, empty and permitted': (s) => {
    const { breaker, clock } = new SubjectRig(s)
    const { metrics: _, ...rest } = breaker.snapshot()
    assert.deepEqual(rest, {
      name: 'payments',
      state: 'closed',
      since: clock.timestamp(),
      reopens: 0,
      healthy: false,
      permitted: true,
    })
  },
  'closed opens when the rule is true': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(2)
    assert.strictEqual(rig.state, 'closed')
    rig.fail(1)
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(rig.transitions, ['closed>open'])
  },
  'open rejects until 1 ms before retryAt, because timers fire early, and then probes': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS - 1.01)
    assert.isFalse(rig.breaker.snapshot().permitted)
    assert.isFalse(rig.admits())
    assert.strictEqual(rig.state, 'open')
    rig.clock.advance(0.01)
    assert.isTrue(rig.breaker.snapshot().permitted)
    assert.strictEqual(rig.state, 'open')
    assert.isTrue(rig.admits())
    assert.strictEqual(rig.state, 'half_open')
    assert.deepEqual(rig.transitions, ['closed>open', 'open>half_open'])
  },
  'the first call long after retryAt probes': (s) => {
    const rig = new SubjectRig(s)
    rig.fail(3)
    rig.clock.advance(365 * 86_400_000)
    assert.isTrue(rig.admits())
    assert.strictEqual(rig.state, 'half_open')
  },
  'every entry into a state starts with an empty window and streak': (s) => {
    for (const state of ['closed', 'half_open', 'metrics_only'] as const) {
      const rig = new SubjectRig(s, { probes: 9, tripper: s.core.failureStreak(9) }).enter(state)
      rig.fail(2)
      rig.enter(state)
      const { total, failures, failureStreak } = rig.breaker.snapshot().metrics
      assert.deepEqual(
        { total, failures, failureStreak },
        { total: 0, failures: 0, failureStreak: 0 },
      )
    }
  },
  'failures before a recovery do not count after it': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    rig.fail(2)
    assert.strictEqual(rig.state, 'closed')
  },
  'ignored calls and released tickets are not recorded in any state': (s) => {
    for (const state of ['closed', 'half_open', 'metrics_only', 'disabled'] as const) {
      const rig = new SubjectRig(s, { ignore: s.core.errorType(TypeError) }).enter(state)
      rig.fail(2, new TypeError('ignored'))
      rig.breaker.acquire().release()
      assert.strictEqual(rig.recorded, '0/0', state)
      assert.strictEqual(rig.state, state)
      assert.deepEqual(rig.outcomes, state === 'disabled' ? [] : Array(3).fill('ignored'))
    }
  },
  'since is the time of the last transition': (s) => {
    const rig = new SubjectRig(s)
    rig.clock.advance(500)
    rig.fail(3)
    const openedAt = rig.clock.timestamp()
    rig.clock.advance(300)
    assert.strictEqual(rig.breaker.snapshot().since, openedAt)
  },
  'a whole cycle of a circuit sets no timer': (s) => {
    const original = { setTimeout, setInterval }
    let timers = 0
    const count = () => ++timers
    Object.assign(globalThis, { setTimeout: count, setInterval: count })
    try {
      const { core } = s
      const breaker = new core.CircuitBreaker({
        name: 'x',
        tripper: core.failureStreak(1),
        retry: core.retryAlways(),
        permit: core.rampUp({ from: 1, to: 1, durationMs: 0.001 }),
        window: core.timeWindow(1_000),
        probes: 1,
        listeners: [() => {}, { onCall() {} }],
      })
      breaker.acquire().failure(new Error('down'))
      breaker.acquire().success()
      thrown(() => {
        breaker.forceOpen()
        breaker.callSync(() => 1)
      })
      breaker.snapshot()
      breaker.dispose()
    } finally {
      Object.assign(globalThis, original)
    }
    assert.strictEqual(timers, 0)
  },
  'the default schedule waits about 30 s and admits three probes': ({ core, testing }) => {
    const clock = new testing.ManualClock()
    const random = testing.seededRandom(7)
    const breaker = new core.CircuitBreaker({ name: 'page', clock, random })
    breaker.trip()
    clock.advance(26_999)
    assert.isUndefined(breaker.tryAcquire())
    clock.advance(6_001)
    const probes = [1, 2, 3].map(() => breaker.acquire())
    assert.isUndefined(breaker.tryAcquire())
    for (const probe of probes) probe.success()
    assert.strictEqual(breaker.state, 'closed')
  },
  'reopens is original in half_open, and counts each reopening': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    const seen: string[] = []
    const see = () => {
      const { state, reopens } = rig.breaker.snapshot()
      seen.push(`${state} ${reopens}`)
    }
    rig.fail(3)
    see()
    rig.clock.advance(COOLDOWN_MS)
    rig.reopen()
    see()
    rig.admits()
    see()
    rig.succeed()
    see()
    assert.deepEqual(seen, ['open 0', 'open 1', 'half_open 1', 'closed 0'])
  },
  'the calls of probes are not recorded in closed': (s) => {
    const rig = new SubjectRig(s, { probes: 3, tripper: s.core.failureStreak(2) })
    rig.enter('half_open')
    rig.succeed(2)
    rig.fail()
    assert.strictEqual(rig.state, 'closed')
    rig.fail()
    assert.strictEqual(rig.state, 'closed')
  },
  'calls with a signal set no timer in any state': async (s) => {
    const original = { setTimeout, setInterval }
    let timers = 0
    const count = () => ++timers
    Object.assign(globalThis, { setTimeout: count, setInterval: count })
    try {
      for (const state of states) {
        const { breaker } = new SubjectRig(s).enter(state)
        const { signal } = new AbortController()
        await Promise.allSettled([breaker.call(() => Promise.reject('down'))])
        await Promise.allSettled([breaker.call(() => 1, { signal })])
      }
    } finally {
      Object.assign(globalThis, original)
    }
    assert.strictEqual(timers, 0)
  },
})

export const stateCases: readonly ConformanceCase[] = [
  ...behaviour,
  ...unchangedByTime,
  ...unchangedByCalls,
  ...opening,
]
