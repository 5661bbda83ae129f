import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

function isBad() {
  return true
}

type Core = Subject['core']
type Value = { toJSON(): unknown }
type Row = [says: string, of: (core: Core) => Value, json: unknown]

const rows: Row[] = [
  ['countWindow', (c) => c.countWindow(7), { type: 'countWindow', args: [7] }],
  ['timeWindow', (c) => c.timeWindow(7), { type: 'timeWindow', args: [7, { buckets: 20 }] }],
  [
    'timeWindow with buckets',
    (c) => c.timeWindow(7, { buckets: 3 }),
    { type: 'timeWindow', args: [7, { buckets: 3 }] },
  ],
  ['anyError', (c) => c.anyError(), { type: 'anyError', args: [] }],
  [
    'errorType',
    (c) => c.errorType(TypeError, c.TimeoutError),
    { type: 'errorType', args: ['TypeError', 'TimeoutError'] },
  ],
  ['errorWhere', (c) => c.errorWhere(isBad), { type: 'errorWhere', args: ['isBad'] }],
  ['resultWhere', (c) => c.resultWhere(isBad), { type: 'resultWhere', args: ['isBad'] }],
  [
    'a composed tracker',
    (c) => c.anyError().or(c.resultWhere(isBad)).not(),
    {
      type: 'not',
      args: [
        {
          type: 'or',
          args: [
            { type: 'anyError', args: [] },
            { type: 'resultWhere', args: ['isBad'] },
          ],
        },
      ],
    },
  ],
  ['serviceError', (c) => c.serviceError(), { type: 'serviceError', args: [] }],
  [
    'serviceError with statuses',
    (c) => c.serviceError({ statuses: isBad }),
    { type: 'serviceError', args: ['isBad'] },
  ],
  ['errorNamed', (c) => c.errorNamed('A', 'B'), { type: 'errorNamed', args: ['A', 'B'] }],
  ['failureCount', (c) => c.failureCount(5), { type: 'failureCount', args: [5] }],
  ['minRequests', (c) => c.minRequests(5), { type: 'minRequests', args: [5] }],
  ['failureRate', (c) => c.failureRate(0.5), { type: 'failureRate', args: [0.5] }],
  ['slowRate', (c) => c.slowRate(0.5, 9), { type: 'slowRate', args: [0.5, 9] }],
  ['avgLatency', (c) => c.avgLatency(5), { type: 'avgLatency', args: [5] }],
  ['failureStreak', (c) => c.failureStreak(5), { type: 'failureStreak', args: [5] }],
  ['whileClosed', (c) => c.whileClosed(), { type: 'whileClosed', args: [] }],
  ['whileHalfOpen', (c) => c.whileHalfOpen(), { type: 'whileHalfOpen', args: [] }],
  ['tripWhen', (c) => c.tripWhen('own', isBad), { type: 'tripWhen', args: ['own'] }],
  [
    'a composed tripper',
    (c) => c.whileClosed().and(c.minRequests(5)).or(c.whileHalfOpen().not()),
    {
      type: 'or',
      args: [
        {
          type: 'and',
          args: [
            { type: 'whileClosed', args: [] },
            { type: 'minRequests', args: [5] },
          ],
        },
        { type: 'not', args: [{ type: 'whileHalfOpen', args: [] }] },
      ],
    },
  ],
  ['retryAlways', (c) => c.retryAlways(), { type: 'retryAlways', args: [] }],
  ['retryNever', (c) => c.retryNever(), { type: 'retryNever', args: [] }],
  ['cooldown', (c) => c.cooldown(5), { type: 'cooldown', args: [5, { jitter: 0 }] }],
  [
    'backoff',
    (c) => c.backoff({ initialMs: 5 }),
    { type: 'backoff', args: [{ initialMs: 5, multiplier: 2, maxMs: 300_000, jitter: 0 }] },
  ],
  ['retryWhen', (c) => c.retryWhen('own', () => 1), { type: 'retryWhen', args: ['own'] }],
  ['admitAll', (c) => c.admitAll(), { type: 'admitAll', args: [] }],
  ['admitRandom', (c) => c.admitRandom(0.5), { type: 'admitRandom', args: [0.5] }],
  [
    'rampUp',
    (c) => c.rampUp({ from: 0.1, to: 1, durationMs: 5 }),
    { type: 'rampUp', args: [{ from: 0.1, to: 1, durationMs: 5 }] },
  ],
  ['admitWhen', (c) => c.admitWhen('own', isBad), { type: 'admitWhen', args: ['own'] }],
]

const valueCases = table(
  '2. Policies',
  rows,
  ([says]) => `${says} is a frozen value with JSON`,
  ([, of, json], { core }) => {
    const value = of(core)
    assert.isFrozen(value)
    assert.deepEqual(value.toJSON(), json)
    assert.deepEqual(JSON.parse(JSON.stringify(value)), json)
  },
)

/** The other lower-case names of core. */
const helpers = ['findRejection', 'formatSignal', 'isCallNotPermitted', 'retryAfterMs']

const complete = cases('2. Policies', {
  'every policy that core exports has a row in this table': ({ core }) => {
    const functions = Object.keys(core).filter((name) => /^[a-z]/.test(name))
    const policies = functions.filter((name) => !helpers.includes(name))
    const listed = new Set(rows.map(([says]) => says))
    assert.isAbove(policies.length, 20)
    assert.deepEqual(
      policies.filter((name) => !listed.has(name)),
      [],
    )
  },
})

const defaults = {
  name: 'x',
  window: { type: 'countWindow', args: [100] },
  tracker: { type: 'serviceError', args: [] },
  tripper: {
    type: 'and',
    args: [
      { type: 'minRequests', args: [10] },
      { type: 'failureRate', args: [0.5] },
    ],
  },
  retry: { type: 'cooldown', args: [30_000, { jitter: 0.1 }] },
  permit: { type: 'admitAll', args: [] },
  probes: 3,
  probeLeaseMs: 60_000,
}

const defaultCases = cases('2. Defaults', {
  'a breaker with only a name has the default options': ({ core }) => {
    assert.deepEqual<unknown>(new core.CircuitBreaker({ name: 'x' }).toJSON(), defaults)
  },
  'the JSON of a breaker has every option that it was given': ({ core }) => {
    const breaker = new core.CircuitBreaker({
      name: 'x',
      window: core.timeWindow(50),
      tracker: core.errorType(TypeError),
      ignore: false,
      tripper: core.failureStreak(4),
      retry: core.retryNever(),
      permit: core.admitRandom(0.5),
      probes: 5,
      probeLeaseMs: 700,
      timeoutMs: 600,
      deadline: 'ignore',
    })
    assert.deepEqual(JSON.parse(JSON.stringify(breaker)), {
      name: 'x',
      window: { type: 'timeWindow', args: [50, { buckets: 20 }] },
      tracker: { type: 'errorType', args: ['TypeError'] },
      ignore: false,
      tripper: { type: 'failureStreak', args: [4] },
      retry: { type: 'retryNever', args: [] },
      permit: { type: 'admitRandom', args: [0.5] },
      probes: 5,
      probeLeaseMs: 700,
      timeoutMs: 600,
      deadline: 'ignore',
    })
    const ignore = core.errorNamed('Abandoned')
    const { ignore: json } = new core.CircuitBreaker({ name: 'x', ignore }).toJSON()
    assert.deepEqual<unknown>(json, { type: 'errorNamed', args: ['Abandoned'] })
  },
  'the lease follows a longer time limit, and a limit of Infinity is none': ({ core }) => {
    const json = (timeoutMs: number) => new core.CircuitBreaker({ name: 'x', timeoutMs }).toJSON()
    assert.deepInclude(json(120_000), { timeoutMs: 120_000, probeLeaseMs: 120_000 })
    assert.deepInclude(json(1_000), { timeoutMs: 1_000, probeLeaseMs: 60_000 })
    assert.strictEqual(json(Number.POSITIVE_INFINITY).probeLeaseMs, 60_000)
    assert.notProperty(json(Number.POSITIVE_INFINITY), 'timeoutMs')
  },
  'a rule written by hand has the type custom in the JSON of the breaker': ({ core }) => {
    const tripper = { test: () => false, explain: () => ({ rule: 'own', met: false }) }
    const breaker = new core.CircuitBreaker({ name: 'x', tripper })
    assert.strictEqual(breaker.toJSON().tripper.type, 'custom')
  },
  'the defaults open after five failures in ten calls': ({ core }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    for (let i = 0; i < 5; i++) breaker.acquire().success()
    for (let i = 0; i < 4; i++) breaker.acquire().failure(new Error('down'))
    assert.strictEqual(breaker.state, 'closed')
    breaker.acquire().failure(new Error('down'))
    assert.strictEqual(breaker.state, 'open')
    const { retryAt = 0, since } = breaker.snapshot()
    assert.isAtLeast(retryAt - since, 27_000)
    assert.isAtMost(retryAt - since, 33_000)
  },
  'the defaults do not open for nine calls, or for less than half': ({ core }) => {
    const few = new core.CircuitBreaker({ name: 'x' })
    for (let i = 0; i < 9; i++) few.acquire().failure(new Error('down'))
    assert.strictEqual(few.state, 'closed')
    const less = new core.CircuitBreaker({ name: 'x' })
    for (let i = 0; i < 11; i++) less.acquire().success()
    for (let i = 0; i < 10; i++) less.acquire().failure(new Error('down'))
    assert.strictEqual(less.state, 'closed')
  },
  'breakers that share policies share no state': (s) => {
    const { core } = s
    const policies = {
      tripper: core.failureStreak(2),
      retry: core.backoff({ initialMs: 10 }),
      permit: core.rampUp({ from: 0.5, to: 1, durationMs: 100 }),
      tracker: core.anyError(),
    }
    const [one, other] = [new SubjectRig(s, policies), new SubjectRig(s, policies)]
    one.fail(2)
    other.fail(1)
    assert.strictEqual(one.state, 'open')
    assert.strictEqual(other.state, 'closed')
    assert.deepEqual(other.signals, [])
  },
})

export const policyValueCases: readonly ConformanceCase[] = [
  ...valueCases,
  ...complete,
  ...defaultCases,
]
