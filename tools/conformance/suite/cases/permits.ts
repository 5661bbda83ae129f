import type { Permit, PermitContext } from '@fluxgate/core'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

type Core = Subject['core']
interface Row {
  says: string
  of(core: Core): Permit
  elapsedMs?: number
  chance: number
  admits: boolean
}

const ramp = (core: Core) => core.rampUp({ from: 0.2, to: 0.6, durationMs: 1_000 })

const rows: Row[] = [
  { says: 'admitAll', of: (c) => c.admitAll(), chance: 0.999, admits: true },
  { says: 'admitRandom(0.3)', of: (c) => c.admitRandom(0.3), chance: 0.299, admits: true },
  { says: 'admitRandom(0.3)', of: (c) => c.admitRandom(0.3), chance: 0.3, admits: false },
  { says: 'admitRandom(1)', of: (c) => c.admitRandom(1), chance: 0.999_999, admits: true },
  { says: 'a ramp at its start', of: ramp, elapsedMs: 0, chance: 0.199, admits: true },
  { says: 'a ramp at its start', of: ramp, elapsedMs: 0, chance: 0.2, admits: false },
  { says: 'a ramp at a quarter', of: ramp, elapsedMs: 250, chance: 0.299, admits: true },
  { says: 'a ramp at a quarter', of: ramp, elapsedMs: 250, chance: 0.301, admits: false },
  { says: 'a ramp at half', of: ramp, elapsedMs: 500, chance: 0.399, admits: true },
  { says: 'a ramp at half', of: ramp, elapsedMs: 500, chance: 0.401, admits: false },
  { says: 'a ramp at its end', of: ramp, elapsedMs: 1_000, chance: 0.599, admits: true },
  { says: 'a ramp at its end', of: ramp, elapsedMs: 1_000, chance: 0.601, admits: false },
  { says: 'a ramp beyond its end', of: ramp, elapsedMs: 9_000, chance: 0.601, admits: false },
]

const chances = table(
  '2. Permits',
  rows,
  ({ says, chance, admits }) => `${says} ${admits ? 'admits' : 'rejects'} at the draw ${chance}`,
  ({ of, elapsedMs = 0, chance, admits }, { core }) => {
    const ctx = { elapsedMs, reopens: 0, recorded: 0, succeeded: 0, random: () => chance }
    assert.strictEqual(of(core).test(ctx), admits)
  },
)

const uses = cases('2. Permits', {
  'a ramp is finished at its end, other permits at once': ({ core }) => {
    assert.isFalse(ramp(core).finished(0))
    assert.isFalse(ramp(core).finished(999.9))
    assert.isTrue(ramp(core).finished(1_000))
    const others = [core.admitAll(), core.admitRandom(0.5), core.admitWhen('own', () => false)]
    assert.deepEqual(
      others.map((permit) => permit.finished(0)),
      [true, true, true],
    )
  },
  'the permit is evaluated in half_open only': (s) => {
    let evaluations = 0
    const permit = s.core.admitWhen('count', () => ++evaluations > 0)
    const rig = new SubjectRig(s, { permit })
    for (const state of ['closed', 'metrics_only', 'disabled', 'forced_open', 'open'] as const) {
      rig.enter(state).admits()
    }
    assert.strictEqual(evaluations, 0)
    rig.enter('half_open').admits()
    assert.strictEqual(evaluations, 2)
  },
  'a call that the permit rejects takes no slot': (s) => {
    let open = false
    const rig = new SubjectRig(s, { permit: s.core.admitWhen('own', () => open), probes: 1 })
    rig.enter('half_open')
    for (let i = 0; i < 5; i++) assert.isFalse(rig.admits())
    assert.strictEqual(rig.state, 'half_open')
    open = true
    assert.isTrue(rig.admits())
  },
  'a permit cannot widen the probe budget': (s) => {
    const rig = new SubjectRig(s, { permit: s.core.admitAll(), probes: 2 }).enter('half_open')
    const tickets = [1, 2, 3].map(() => rig.breaker.tryAcquire())
    assert.deepEqual(
      tickets.map((ticket) => ticket !== undefined),
      [true, true, false],
    )
  },
  'the function of admitWhen receives the time, the reopenings and the probes so far': (s) => {
    const received: PermitContext[] = []
    const permit = s.core.admitWhen('own', (ctx) => received.push(ctx) > 0)
    const rig = new SubjectRig(s, {
      permit,
      probes: 9,
      random: () => 0.75,
      retry: s.core.cooldown(100),
    })
    rig.fail(3)
    rig.clock.advance(100)
    rig.succeed()
    rig.clock.advance(40)
    rig.fail(2)
    rig.succeed(1)
    assert.deepEqual(
      received.map(({ random, ...rest }) => ({ ...rest, chance: random() })),
      [
        { elapsedMs: 0, reopens: 0, recorded: 0, succeeded: 0, chance: 0.75 },
        { elapsedMs: 40, reopens: 0, recorded: 1, succeeded: 1, chance: 0.75 },
        { elapsedMs: 40, reopens: 0, recorded: 2, succeeded: 1, chance: 0.75 },
        { elapsedMs: 40, reopens: 0, recorded: 3, succeeded: 1, chance: 0.75 },
      ],
    )
  },
  'a permit uses the random source of the breaker': (s) => {
    const draws = [0.9, 0.1, 0.9]
    const random = () => draws.shift() ?? 0
    const rig = new SubjectRig(s, { permit: s.core.admitRandom(0.5), random })
    rig.breaker.trip({ forMs: 10 })
    rig.clock.advance(10)
    assert.deepEqual([rig.admits(), rig.admits(), rig.admits()], [false, true, false])
  },
})

export const permitCases: readonly ConformanceCase[] = [...chances, ...uses]
