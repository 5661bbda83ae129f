import type { BreakerOptions } from '@fluxgate/core'
import type { DevtoolsHook, DevtoolsListenerOptions, WireEvent } from '@fluxgate/core/devtools'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'
import type { Subject } from '../subject.ts'

const hookOf = () => Reflect.get(globalThis, Symbol.for('fluxgate.devtools/v1')) as DevtoolsHook

/** The events of circuits that are created from now on. */
function watch(
  s: Subject,
  options: DevtoolsListenerOptions = {},
  own: Partial<BreakerOptions> = {},
) {
  s.devtools.devtoolsListener() // installs the hook
  const start = endOf(hookOf())
  const rig = new SubjectRig(s, { ...own, listeners: [s.devtools.devtoolsListener(options)] })
  const hook = hookOf()
  const added = readAll(hook, start).find(({ type }) => type === 'circuit-added')
  const id = added && 'circuit' in added ? added.circuit : ''
  const of = (events: readonly WireEvent[]) => events.filter(({ circuit }) => circuit === id)
  return { rig, hook, id, start, events: () => of(readAll(hook, start)) }
}

function readAll(hook: DevtoolsHook, cursor: number): WireEvent[] {
  const events: WireEvent[] = []
  for (let from = cursor; ; ) {
    const answer = hook.read(from)
    events.push(...answer.events)
    if (answer.next === from) return events
    from = answer.next
  }
}

function endOf(hook: DevtoolsHook): number {
  let cursor = 0
  for (let next = hook.read(0).next; next !== cursor; next = hook.read(next).next) cursor = next
  return cursor
}

const typesOf = (events: readonly WireEvent[]) => events.map(({ type }) => type)

const reading = cases('9. Devtools', {
  'all devtools listeners share one global hook': (s) => {
    const { hook } = watch(s)
    assert.strictEqual(hook.version, 1)
    assert.match(hook.epoch, /.{3,}/)
    assert.strictEqual(watch(s).hook, hook)
  },
  'a new circuit is an event with its configuration and snapshot': (s) => {
    const { rig, events } = watch(s)
    const [added] = events()
    assert.deepInclude(added, { type: 'circuit-added', controls: true, index: 0 })
    const { config, snapshot } = added as Extract<WireEvent, { type: 'circuit-added' }>
    assert.deepEqual<unknown>(config, JSON.parse(JSON.stringify(rig.breaker)))
    assert.deepInclude(snapshot, { name: 'payments', state: 'closed', permitted: true })
  },
  'transitions are events with their reports as JSON': (s) => {
    const { rig, events } = watch(s)
    rig.fail(3)
    const signal = events()[1]
    assert.strictEqual(signal?.type, 'signal')
    assert.deepEqual(JSON.parse(JSON.stringify(signal)), {
      ...signal,
      signal: JSON.parse(JSON.stringify(rig.signals[0])),
    })
  },
  'a cursor reads the events after it, and the same cursor reads the same events': (s) => {
    const { rig, hook, start } = watch(s)
    rig.breaker.disable()
    const first = hook.read(start)
    assert.deepEqual(typesOf(first.events), ['circuit-added', 'signal'])
    assert.deepEqual(hook.read(start).events, first.events)
    assert.deepEqual(hook.read(first.next).events, [])
    rig.breaker.reset()
    assert.deepEqual(typesOf(hook.read(first.next).events), ['signal'])
  },
  'an unknown cursor reads from the beginning': (s) => {
    const { hook } = watch(s)
    for (const cursor of [-1, Number.NaN, 1e12]) {
      assert.deepEqual(hook.read(cursor).events[0], hook.read(0).events[0])
    }
  },
  'a long log is read in pages of at most 500': (s) => {
    const { rig, hook, start, events } = watch(s, { capacity: 2_000 })
    for (let i = 0; i < 600; i++) rig.breaker[i % 2 === 0 ? 'disable' : 'reset']()
    assert.strictEqual(hook.read(start).events.length, s.devtools.maxEventsPerRead)
    assert.strictEqual(events().length, 601)
  },
  'rejections are counted, and each reader reads them once': (s) => {
    const { rig, hook, id } = watch(s)
    rig.breaker.forceOpen()
    const { next } = hook.read(endOf(hook))
    for (let i = 0; i < 7; i++) rig.admits()
    const counts = hook.read(next).events.filter(({ type }) => type === 'rejected')
    assert.deepInclude(counts[0], { type: 'rejected', circuit: id, total: 7 })
    assert.strictEqual(counts.length, 1)
    assert.deepEqual(hook.read(endOf(hook)).events, [])
  },
  'watched circuits have events with metrics and a live report': (s) => {
    const { rig, hook, id } = watch(s)
    rig.fail(2)
    const { events } = hook.read(endOf(hook), { metrics: [id, 'no such circuit'] })
    assert.deepEqual(typesOf(events), ['metrics'])
    const [metrics] = events as [Extract<WireEvent, { type: 'metrics' }>]
    assert.deepInclude(metrics.snapshot.metrics, { total: 2, failures: 2 })
    assert.deepInclude(metrics.report, { rule: 'failure streak', actual: 2, met: false })
  },
  'a read does not change the state of a due circuit': (s) => {
    const { rig, hook, id } = watch(s)
    rig.fail(3)
    rig.clock.advance(COOLDOWN_MS)
    hook.read(0, { metrics: [id] })
    assert.strictEqual(rig.state, 'open')
  },
  'capacity limits the events of a circuit, and dropped events are counted': (s) => {
    const { rig, hook, start, events } = watch(s, { capacity: 5 })
    for (let i = 0; i < 20; i++) rig.breaker[i % 2 === 0 ? 'disable' : 'reset']()
    assert.strictEqual(hook.read(start).dropped, 15)
    assert.deepEqual(typesOf(events()), ['circuit-added', ...Array<string>(5).fill('signal')])
  },
  'two hundred events of a circuit are kept by default': (s) => {
    const { rig, events } = watch(s)
    for (let i = 0; i < 250; i++) rig.breaker[i % 2 === 0 ? 'disable' : 'reset']()
    assert.strictEqual(events().length, 1 + 200)
  },
  'the events of a busy circuit do not displace those of another': (s) => {
    const idle = watch(s, { capacity: 5 })
    idle.rig.breaker.disable()
    const noisy = watch(s, { capacity: 5 })
    for (let i = 0; i < 500; i++) noisy.rig.breaker[i % 2 === 0 ? 'disable' : 'reset']()
    assert.deepEqual(typesOf(idle.events()), ['circuit-added', 'signal'])
  },
  'a removed circuit is an event, and circuits of one name are separate': (s) => {
    const [one, other] = [watch(s), watch(s)]
    assert.notStrictEqual(one.id, other.id)
    one.rig.breaker.dispose()
    assert.deepInclude(one.events().at(-1), { type: 'circuit-removed', why: 'detached' })
    assert.deepEqual(typesOf(other.events()), ['circuit-added'])
  },
  'long texts are cut and invalid numbers are left out': (s) => {
    const { rig, events } = watch(s)
    rig.breaker.trip({ reason: 'x'.repeat(5_000) })
    const last = events().at(-1) as Extract<WireEvent, { type: 'signal' }>
    assert.strictEqual(last.signal.reason, 'x'.repeat(500))
  },
})

const actions = [
  ['reset', 'forced_open', 'closed'],
  ['forceOpen', 'closed', 'forced_open'],
  ['disable', 'closed', 'disabled'],
  ['metricsOnly', 'closed', 'metrics_only'],
  ['trip', 'closed', 'open'],
] as const

const commands = table(
  '9. Devtools',
  actions,
  ([action]) => `the command ${action} changes the state, with the command as reason`,
  ([action, from, to], s) => {
    const { rig, hook, id, events } = watch(s)
    rig.enter(from)
    const before = events().length
    assert.deepEqual(hook.command({ circuit: id, action }), { ok: true })
    assert.strictEqual(rig.state, to)
    const [command, signal] = events().slice(before)
    assert.deepInclude(command, { type: 'command', action })
    assert.deepInclude(signal, { type: 'signal', by: 'devtools' })
    rig.enter('half_open') // by the application
    assert.notProperty(events().at(-1), 'by')
  },
)

const refusals = cases('9. Devtools', {
  'an unknown command or circuit returns an error message': (s) => {
    const { rig, hook, id } = watch(s)
    const wrong = [
      { circuit: 'unknown', action: 'reset' },
      { circuit: id, action: 'dispose' },
      { circuit: id, action: '__proto__' },
    ] as never[]
    for (const command of wrong) {
      const result = hook.command(command)
      assert.isFalse(result.ok)
      assert.match(result.ok ? '' : result.error, /^there is no /)
    }
    assert.deepEqual(rig.signals, [])
  },
  'controls: false rejects every command': (s) => {
    const { rig, hook, id, events } = watch(s, { controls: false })
    assert.isFalse(hook.command({ circuit: id, action: 'forceOpen' }).ok)
    assert.strictEqual(rig.state, 'closed')
    assert.deepInclude(events()[0], { type: 'circuit-added', controls: false })
  },
})

export const devtoolsCases: readonly ConformanceCase[] = [...reading, ...commands, ...refusals]
