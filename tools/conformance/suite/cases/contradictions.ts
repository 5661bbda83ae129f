import type { Tripper } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

interface Owner {
  owner: string
  use(subject: Subject, options: never): unknown
  /** Options that it accepts. */
  good: object
}

const fn = () => true

const owners: Owner[] = [
  { owner: 'timeWindow', use: ({ core }, o) => core.timeWindow(1, o), good: { buckets: 1 } },
  {
    owner: 'serviceError',
    use: ({ core }, o) => core.serviceError(o),
    good: { statuses: fn },
  },
  { owner: 'tripWhen', use: ({ core }, o) => core.tripWhen('x', fn, o), good: {} },
  { owner: 'cooldown', use: ({ core }, o) => core.cooldown(1, o), good: { jitter: 0 } },
  { owner: 'backoff', use: ({ core }, o) => core.backoff(o), good: { initialMs: 1 } },
  {
    owner: 'rampUp',
    use: ({ core }, o) => core.rampUp(o),
    good: { from: 0.1, to: 1, durationMs: 1 },
  },
  {
    owner: 'CircuitBreaker',
    use: ({ core }, o) => new core.CircuitBreaker(o),
    good: { name: 'x' },
  },
  {
    owner: 'trip',
    use: ({ core }, o) => new core.CircuitBreaker({ name: 'x' }).trip(o),
    good: { forMs: 1 },
  },
  {
    owner: 'callSync',
    use: ({ core }, o) => new core.CircuitBreaker({ name: 'x' }).callSync(fn, o),
    good: { fallback: fn },
  },
  {
    owner: 'wrap',
    use: ({ core }, o) => new core.CircuitBreaker({ name: 'x' }).wrap(fn, o),
    good: { timeoutMs: 1 },
  },
  {
    owner: 'checkWindow',
    use: ({ core, testing }, o) => testing.checkWindow(core.countWindow(3), o),
    good: { seed: 2 },
  },
  { owner: 'CircuitRegistry', use: ({ core }, o) => new core.CircuitRegistry(o), good: {} },
  { owner: 'LogListener', use: ({ core }, o) => new core.LogListener(o), good: {} },
  {
    owner: 'WebhookListener',
    use: ({ core }, o) => new core.WebhookListener(o),
    good: { url: 'https://ops.example/' },
  },
  { owner: 'createFetch', use: ({ fetch }, o) => fetch.createFetch(o), good: {} },
  { owner: 'devtoolsListener', use: ({ devtools }, o) => devtools.devtoolsListener(o), good: {} },
]

const typos = table(
  '4. Wrong options',
  owners,
  ({ owner }) => `${owner} throws for an unknown option and for options that are not an object`,
  ({ owner, use, good }, subject) => {
    use(subject, good as never)
    const typo = thrown(() => use(subject, { ...good, tiemoutMs: 5 } as never))
    assert.instanceOf(typo, TypeError)
    assert.include(String(typo), `${owner}: each option must be one of `)
    assert.include(String(typo), 'got "tiemoutMs"')
    for (const value of [null, 5, 'text']) {
      const error = thrown(() => use(subject, value as never))
      assert.instanceOf(error, TypeError)
      assert.include(String(error), `${owner}: options must be an object, got `)
    }
  },
)

const contradictions = cases('4. Wrong options', {
  'a rule that can never be met by the window throws': (s) => {
    const { core } = s
    const wants = core.minRequests(20).and(core.failureRate(0.5))
    const window = core.countWindow(10)
    for (const tripper of [
      wants,
      core.failureRate(0.9).and(wants),
      wants.or(core.failureCount(20)),
      wants.not().not(),
      wants.not().or(core.minRequests(20).not()).not(),
    ]) {
      const make = () => new core.CircuitBreaker({ name: 'x', window, tripper })
      assert.throws(make, RangeError, /tripper .*10 calls, minRequests, got 20/)
    }
  },
  'a rule that can be met in no state throws': ({ core }) => {
    const [closed, halfOpen] = [core.whileClosed(), core.whileHalfOpen()]
    const rate = core.failureRate(0.5)
    const make = (tripper: Tripper) => () => new core.CircuitBreaker({ name: 'x', tripper })
    for (const tripper of [
      closed.and(halfOpen),
      closed.and(rate).and(halfOpen),
      closed.and(closed.not()),
      closed.or(halfOpen).not(),
      closed.and(halfOpen).or(halfOpen.not().and(halfOpen)),
    ]) {
      const words = 'CircuitBreaker: tripper must be a rule that can be met, got {"type":'
      assert.throws(make(tripper), RangeError, words)
    }
    for (const tripper of [
      closed.and(halfOpen).or(rate),
      closed.and(halfOpen).not(),
      closed.and(halfOpen.not()),
      closed.and(rate).not().and(closed),
      halfOpen.or(closed),
      rate.and(core.tripWhen('never', () => false)),
    ]) {
      assert.doesNotThrow(make(tripper))
    }
  },
  'a rule that can be met by one of its branches is accepted': (s) => {
    const { core } = s
    const window = core.countWindow(2)
    const rig = new SubjectRig(s, {
      window,
      tripper: core.failureStreak(2).or(core.minRequests(5)),
    })
    rig.fail(2)
    assert.strictEqual(rig.state, 'open')
    for (const tripper of [
      core.failureRate(0.9).or(core.minRequests(20)),
      core.minRequests(20).not(),
      core.minRequests(20).and(core.failureRate(0.5)).not(),
    ]) {
      assert.doesNotThrow(() => new core.CircuitBreaker({ name: 'x', window, tripper }))
    }
    const enough = { name: 'x', window: core.countWindow(20), tripper: core.minRequests(20) }
    assert.doesNotThrow(() => new core.CircuitBreaker(enough))
  },
  'a window that is too small for the default rule throws': ({ core }) => {
    const window = core.countWindow(9)
    assert.throws(() => new core.CircuitBreaker({ name: 'x', window }), RangeError, 'got 10')
    assert.strictEqual(
      new core.CircuitBreaker({ name: 'x', window: core.countWindow(10) }).state,
      'closed',
    )
  },
  'a time window accepts any number of calls': ({ core }) => {
    const options = { name: 'x', window: core.timeWindow(5), tripper: core.minRequests(1_000_000) }
    assert.strictEqual(new core.CircuitBreaker(options).state, 'closed')
  },
  'a lease shorter than the time limit throws': (s) => {
    const { core } = s
    const make = (probeLeaseMs: number) =>
      new core.CircuitBreaker({ name: 'x', timeoutMs: 1_000, probeLeaseMs })
    assert.throws(() => make(999), RangeError, /probeLeaseMs .*timeoutMs \(1000\).*got 999/)
    assert.strictEqual(make(1_000).state, 'closed')
  },
  'call() rejects for wrong options instead of throwing': async ({ core }) => {
    const breaker = new core.CircuitBreaker({ name: 'x' })
    const wrong: [unknown, unknown, typeof TypeError | typeof RangeError, string][] = [
      ['fn', undefined, TypeError, 'call: fn must be a function, got "fn"'],
      [fn, null, TypeError, 'call: options must be an object, got null'],
      [fn, { timeout: 5 }, TypeError, 'got "timeout"'],
      [fn, { timeoutMs: 0 }, RangeError, 'call: timeoutMs must be '],
      [fn, { timeoutMs: '5' }, TypeError, 'got "5"'],
      [fn, { signal: {} }, TypeError, 'call: signal must be an AbortSignal, got {}'],
      [
        fn,
        { signal: { aborted: false, addEventListener: fn } },
        TypeError,
        'call: signal must be an AbortSignal, got {"aborted":false}',
      ],
      [fn, { fallback: 5 }, TypeError, 'call: fallback must be a function, got 5'],
    ]
    for (const [target, options, type, words] of wrong) {
      const error = await rejection(breaker.call(target as never, options as never))
      assert.instanceOf(error, type)
      assert.include(String(error), words)
    }
    assert.strictEqual(breaker.snapshot().metrics.total, 0)
  },
  'LogListener throws for an unknown state or level and an incomplete logger': ({ core }) => {
    const wrong = { levels: { opened: 'warn' } } as never
    assert.throws(() => new core.LogListener(wrong), TypeError, 'got "opened"')
    const fatal = { levels: { open: 'fatal' } } as never
    assert.throws(() => new core.LogListener(fatal), TypeError, 'got "fatal"')
    const mute = { logger: { info() {} } }
    assert.throws(() => new core.LogListener(mute), TypeError, 'warn()')
  },
  'errors of WebhookListener contain neither password nor secret': ({ core }) => {
    for (const options of [
      { url: 'https://user:hunter2@ops.example/' },
      { url: 'https://ops.example/', headers: { authorization: 'hunter2\0' } },
      { url: 'https://ops.example/', secret: ['hunter2'] as never },
    ]) {
      const error = thrown(() => new core.WebhookListener(options))
      assert.notInclude(String(error), 'hunter2')
    }
  },
  'createFetch throws for defaults beside a registry': ({ core, fetch }) => {
    const registry = new core.CircuitRegistry()
    assert.throws(() => fetch.createFetch({ registry, defaults: {} }), TypeError, 'defaults')
  },
  'a registry throws for wrong defaults at construction': ({ core }) => {
    const defaults = { probes: 0 }
    assert.throws(() => new core.CircuitRegistry({ defaults }), RangeError, 'got 0')
  },
})

export const contradictionCases: readonly ConformanceCase[] = [...typos, ...contradictions]
