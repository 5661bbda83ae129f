import { thrown } from '@fluxgate/testkit/thrown'
import { quoted } from '@fluxgate/testkit/wrong-values'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

interface Row {
  readonly of: string
  use(subject: Subject): unknown
}

const missing = table<Row>(
  '4. Wrong options',
  [
    { of: 'errorType without a class', use: ({ core }) => core.errorType() },
    { of: 'rampUp without options', use: ({ core }) => core.rampUp(undefined as never) },
    { of: 'backoff without options', use: ({ core }) => core.backoff(undefined as never) },
    {
      of: 'CircuitBreaker without options',
      use: ({ core }) => new core.CircuitBreaker(undefined as never),
    },
    {
      of: 'WebhookListener without options',
      use: ({ core }) => new core.WebhookListener(undefined as never),
    },
  ],
  ({ of }) => `${of} throws a TypeError that names what is missing`,
  ({ use }, subject) => {
    const error = thrown(() => use(subject))
    assert.instanceOf(error, TypeError)
    assert.match((error as Error).message, /^\w+: \w+ must be .+, got (undefined|\[\])$/)
  },
)

const undefinedOptions = cases('4. Options', {
  'options that an object inherits are checked too': ({ core }) => {
    class Settings {
      readonly name = 'payments'
      get probes() {
        return 0
      }
    }
    const defaults = { name: 'payments', probes: -1 }
    for (const options of [new Settings(), Object.create(defaults)]) {
      const error = thrown(() => new core.CircuitBreaker(options))
      assert.match(String(error), /^RangeError: CircuitBreaker: probes must be /)
    }
  },
  'an undefined option of a policy has its default': ({ core }) => {
    const jitter = undefined
    const json = (policy: { toJSON(): unknown }) => policy.toJSON()
    assert.deepEqual(json(core.cooldown(5, { jitter })), json(core.cooldown(5)))
    const slow = { multiplier: undefined, maxMs: undefined, jitter }
    const backoff = core.backoff({ initialMs: 5, ...slow })
    assert.deepEqual(json(backoff), json(core.backoff({ initialMs: 5 })))
    const window = core.timeWindow(60, { buckets: undefined })
    assert.deepEqual(json(window), json(core.timeWindow(60)))
    const rule = core.tripWhen('ever', () => true, { slowThresholdsMs: undefined })
    assert.deepEqual([...rule.slowThresholdsMs], [])
  },
  'an undefined option of a breaker has its default': ({ core }) => {
    const names =
      'window tracker ignore tripper retry permit probes probeLeaseMs timeoutMs deadline listeners onError captureStack clock random'
    const options = Object.fromEntries(names.split(' ').map((name) => [name, undefined]))
    assert.deepEqual(
      new core.CircuitBreaker({ name: 'x', ...options }).toJSON(),
      new core.CircuitBreaker({ name: 'x' }).toJSON(),
    )
  },
  'undefined options of trip() and of listeners are accepted': ({ core, devtools }) => {
    const breaker = new core.CircuitBreaker({ name: 'payments' })
    breaker.trip({ forMs: undefined, reason: undefined })
    assert.strictEqual(breaker.state, 'open')
    const url = 'https://ops.example'
    const times = { attempts: undefined, backoffMs: undefined, timeoutMs: undefined }
    new core.WebhookListener({ url, headers: undefined, fetch: undefined, ...times })
    devtools.devtoolsListener({ capacity: undefined, controls: undefined })
  },
  'a constructor that throws does not call onAttach': ({ core }) => {
    let attached = 0
    const listeners = [{ onAttach: () => void attached++ }, {} as never]
    assert.throws(() => new core.CircuitBreaker({ name: 'x', listeners }), TypeError, 'listener')
    assert.strictEqual(attached, 0)
  },
  'an error message shows values that JSON cannot, and cuts long ones': ({ core }) => {
    const circle: { self?: object } = {}
    circle.self = circle
    const throwing = {
      get secret() {
        throw new Error('no')
      },
    }
    for (const probes of [circle, throwing, { big: 5n }, Symbol('x')]) {
      const error = thrown(() => new core.CircuitBreaker({ name: 'x', probes: probes as never }))
      assert.match((error as Error).message, /^CircuitBreaker: probes must be/)
    }
    const probes = 'x'.repeat(10_000) as never
    const error = thrown(() => new core.CircuitBreaker({ name: 'x', probes }))
    assert.isBelow((error as Error).message.length, 200)
  },
})

interface Conflict extends Row {
  readonly quotes: readonly number[]
}

const breaker = ({ core }: Subject, options: object) =>
  new core.CircuitBreaker({ name: 'x', ...options })

const conflicts = table<Conflict>(
  '4. Wrong options',
  [
    {
      of: 'minRequests above the window, deep in a rule',
      use: (s) =>
        breaker(s, {
          window: s.core.countWindow(10),
          tripper: s.core
            .failureRate(0.5)
            .or(s.core.slowRate(0.5, 100))
            .and(s.core.minRequests(20).not().not().and(s.core.minRequests(2))),
        }),
      quotes: [10, 20],
    },
    {
      of: 'minRequests above the default window',
      use: (s) => breaker(s, { tripper: s.core.minRequests(101) }),
      quotes: [100, 101],
    },
    {
      of: 'the default rule above the window of a registry',
      use: ({ core }) => new core.CircuitRegistry({ defaults: { window: core.countWindow(9) } }),
      quotes: [9, 10],
    },
    {
      of: 'failureCount above the window',
      use: (s) => breaker(s, { tripper: s.core.failureCount(101) }),
      quotes: [100, 101],
    },
    {
      of: 'maxMs below initialMs',
      use: ({ core }) => core.backoff({ initialMs: 10, maxMs: 9 }),
      quotes: [10, 9],
    },
    {
      of: 'the default maxMs below initialMs',
      use: ({ core }) => core.backoff({ initialMs: 400_000 }),
      quotes: [300_000, 400_000],
    },
    {
      of: 'a ramp that falls',
      use: ({ core }) => core.rampUp({ from: 0.5, to: 0.4, durationMs: 1 }),
      quotes: [0.5, 0.4],
    },
  ],
  ({ of }) => `${of} throws a RangeError that quotes both values`,
  ({ use, quotes }, subject) => {
    const error = thrown(() => use(subject))
    assert.instanceOf(error, RangeError)
    for (const value of quotes) {
      assert.match((error as Error).message, new RegExp(`\\b${quoted(value)}\\b`))
    }
  },
)

const borders = cases('4. Options', {
  'options at the border of a contradiction are accepted': (s) => {
    const { core } = s
    breaker(s, { window: core.countWindow(10), tripper: core.minRequests(10) })
    breaker(s, { window: core.countWindow(1), tripper: core.failureStreak(5) })
    breaker(s, { timeoutMs: 1_000, probeLeaseMs: 1_000 })
    breaker(s, { timeoutMs: Number.POSITIVE_INFINITY, probeLeaseMs: 1 })
    core.backoff({ initialMs: 10, maxMs: 10, multiplier: 1, jitter: 1 })
    core.rampUp({ from: 1, to: 1, durationMs: 1 })
  },
  'a window without a capacity throws': (s) => {
    const { open, toJSON } = s.core.timeWindow(10)
    for (const [capacity, type, got] of [
      [undefined, TypeError, 'undefined'],
      ['10', TypeError, '"10"'],
      [0, RangeError, '0'],
      [Number.NaN, RangeError, 'NaN'],
    ] as const) {
      const window = { open, toJSON, capacity }
      const words = `CircuitBreaker: window.capacity must be a number above 0, got ${got}`
      assert.throws(() => breaker(s, { window }), type, words)
    }
  },
})

export const optionRuleCases: readonly ConformanceCase[] = [
  ...missing,
  ...undefinedOptions,
  ...conflicts,
  ...borders,
]
