import type { Retry, RetryContext } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Core = Subject['core']
interface Row {
  says: string
  of(core: Core): Retry
  reopens?: number
  chance?: number
  delayMs: number
}

const backoffOf = (jitter: number) => (core: Core) =>
  core.backoff({ initialMs: 100, maxMs: 1_000, jitter })

const delays: Row[] = [
  { says: 'retryAlways()', of: (c) => c.retryAlways(), delayMs: 0 },
  { says: 'retryNever()', of: (c) => c.retryNever(), delayMs: Number.POSITIVE_INFINITY },
  { says: 'cooldown', of: (c) => c.cooldown(500), delayMs: 500 },
  { says: 'cooldown', of: (c) => c.cooldown(500), reopens: 9, delayMs: 500 },
  { says: 'cooldown', of: (c) => c.cooldown(500, { jitter: 0.1 }), chance: 0, delayMs: 450 },
  { says: 'cooldown by chance', of: (c) => c.cooldown(500, { jitter: 0.1 }), delayMs: 500 },
  { says: 'cooldown', of: (c) => c.cooldown(500, { jitter: 0.1 }), chance: 0.75, delayMs: 525 },
  { says: 'cooldown', of: (c) => c.cooldown(500, { jitter: 1 }), chance: 0, delayMs: 0 },
  { says: 'backoff', of: backoffOf(0), delayMs: 100 },
  { says: 'backoff', of: backoffOf(0), reopens: 1, delayMs: 200 },
  { says: 'backoff', of: backoffOf(0), reopens: 3, delayMs: 800 },
  { says: 'backoff at its end', of: backoffOf(0), reopens: 4, delayMs: 1_000 },
  { says: 'backoff', of: backoffOf(0), reopens: 1_024, delayMs: 1_000 },
  { says: 'backoff', of: backoffOf(0), reopens: 1e9, delayMs: 1_000 },
  { says: 'backoff by chance', of: backoffOf(0.5), reopens: 1, chance: 0, delayMs: 100 },
  { says: 'backoff by chance', of: backoffOf(0.5), reopens: 1, chance: 0.75, delayMs: 250 },
  { says: 'backoff, clamped last', of: backoffOf(0.5), reopens: 3, chance: 0.99, delayMs: 1_000 },
  { says: 'backoff, overflowing', of: backoffOf(0.5), reopens: 5_000, chance: 0, delayMs: 1_000 },
  { says: 'backoff, all by chance', of: backoffOf(1), reopens: 5_000, chance: 0, delayMs: 0 },
  {
    says: 'backoff by 3',
    of: (c) => c.backoff({ initialMs: 100, multiplier: 3 }),
    reopens: 2,
    delayMs: 900,
  },
  {
    says: 'backoff by 1',
    of: (c) => c.backoff({ initialMs: 100, multiplier: 1 }),
    reopens: 50,
    delayMs: 100,
  },
  {
    says: 'backoff of at most five minutes',
    of: (c) => c.backoff({ initialMs: 100_000 }),
    reopens: 2,
    delayMs: 300_000,
  },
  {
    says: 'retryWhen',
    of: (c) => c.retryWhen('own', ({ reopens }) => 7 + reopens),
    reopens: 3,
    delayMs: 10,
  },
]

const delayCases = table(
  '2. Retries',
  delays,
  ({ says, reopens = 0, chance = 0.5, delayMs }) =>
    `${says}: ${delayMs} ms at reopening ${reopens}, draw ${chance}`,
  ({ of, reopens = 0, chance = 0.5, delayMs }, { core }) => {
    const { metrics } = new core.CircuitBreaker({ name: 'x' }).snapshot()
    const ctx = { reopens, error: undefined, metrics, random: () => chance }
    assert.strictEqual(of(core).delayMs(ctx), delayMs)
  },
)

/** The delays of all openings, in ms. */
const waits = ({ signals }: SubjectRig) =>
  signals
    .filter(({ newState }) => newState === 'open')
    .map(({ retryAt, timestamp }) => retryAt && retryAt - timestamp)

const scheduleCases = cases('2. Retries', {
  'the delay and its jitter are drawn once, at the opening': (s) => {
    let drawn = 0
    const random = () => {
      drawn++
      return 0.123
    }
    const rig = new SubjectRig(s, { retry: s.core.cooldown(1_000, { jitter: 0.5 }), random })
    rig.fail(3)
    assert.strictEqual(drawn, 1)
    const { retryAt } = rig.breaker.snapshot()
    assert.strictEqual(retryAt, rig.clock.timestamp() + 623)
    rig.clock.advance(621)
    for (let i = 0; i < 50; i++) assert.isFalse(rig.admits())
    assert.strictEqual(rig.breaker.snapshot().retryAt, retryAt)
    assert.strictEqual(drawn, 1)
    rig.clock.advance(1)
    assert.isTrue(rig.admits())
  },
  'backoff grows with each reopening, and starts over when the circuit has closed': (s) => {
    const rig = new SubjectRig(s, { retry: s.core.backoff({ initialMs: 100 }), probes: 1 })
    rig.fail(3)
    for (const ms of [100, 200, 400]) {
      rig.clock.advance(ms)
      rig.fail()
    }
    rig.clock.advance(800)
    rig.succeed()
    assert.strictEqual(rig.state, 'closed')
    rig.fail(3)
    assert.deepEqual(waits(rig), [100, 200, 400, 800, 100])
  },
  'reopens counts the openings since the circuit was last closed': (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    rig.fail(3)
    assert.strictEqual(rig.breaker.snapshot().reopens, 0)
    rig.clock.advance(COOLDOWN_MS)
    rig.reopen()
    rig.fail()
    assert.strictEqual(rig.breaker.snapshot().reopens, 2)
    rig.clock.advance(COOLDOWN_MS)
    rig.succeed()
    assert.strictEqual(rig.breaker.snapshot().reopens, 0)
  },
  'retryNever keeps the circuit open': (s) => {
    const rig = new SubjectRig(s, { retry: s.core.retryNever() })
    rig.fail(3)
    assert.notProperty(rig.signals[0], 'retryAt')
    assert.notProperty(rig.breaker.snapshot(), 'retryAt')
    rig.clock.advance(100 * 365 * 86_400_000)
    const error = thrown(() => rig.breaker.acquire())
    assert.notProperty(error, 'retryAt')
    assert.notProperty(error, 'retryAfterMs')
    assert.strictEqual(rig.state, 'open')
  },
  'retryAlways lets the next call probe': (s) => {
    const rig = new SubjectRig(s, { retry: s.core.retryAlways() })
    rig.fail(3)
    assert.strictEqual(rig.state, 'open')
    assert.isTrue(rig.admits())
    assert.strictEqual(rig.state, 'half_open')
  },
  'the function of retryWhen receives the reopenings, the opening error and the random source': (
    s,
  ) => {
    const received: RetryContext[] = []
    const retry = s.core.retryWhen('own', (ctx) => {
      received.push({ ...ctx, reopens: ctx.reopens })
      return 50
    })
    const rig = new SubjectRig(s, { retry, random: () => 0.25, probes: 1 })
    const [first, second] = [new Error('first'), new Error('second')]
    rig.fail(3, first)
    rig.clock.advance(50)
    rig.fail(1, second)
    assert.deepEqual(
      received.map(({ reopens, error, random }) => [reopens, error, random()]),
      [
        [0, first, 0.25],
        [1, second, 0.25],
      ],
    )
    assert.deepEqual(waits(rig), [50, 50])
  },
  'a retry schedule that throws or returns no time is reported, and the circuit waits 30 s': (
    s,
  ) => {
    for (const delayMs of [Number.NaN, -1, '5', undefined]) {
      const rig = new SubjectRig(s, { retry: s.core.retryWhen('own', () => delayMs as never) })
      rig.fail(3)
      assert.deepEqual(waits(rig), [30_000])
      assert.deepEqual(
        rig.errors.map(({ source }) => source),
        ['retry'],
      )
    }
  },
  'a delay that an error requests replaces the delay of the schedule, but not retryNever': (s) => {
    const { core } = s
    const busy = Object.assign(new Error('quota'), { [core.retryAfterMs]: 5_000 })
    const rig = new SubjectRig(s)
    rig.fail(3, busy)
    const shut = new SubjectRig(s, { retry: core.retryNever() })
    shut.fail(3, busy)
    assert.deepEqual(waits(rig), [5_000])
    assert.deepEqual(waits(shut), [undefined])
    assert.strictEqual<symbol>(core.retryAfterMs, Symbol.for('fluxgate.retryAfterMs'))
  },
  'a requested delay that is not a finite number of at least 0 is ignored': (s) => {
    for (const requestedMs of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null]) {
      const rig = new SubjectRig(s)
      rig.fail(3, Object.assign(new Error('quota'), { [s.core.retryAfterMs]: requestedMs }))
      assert.deepEqual(waits(rig), [COOLDOWN_MS])
    }
  },
})

export const retryCases: readonly ConformanceCase[] = [...delayCases, ...scheduleCases]
