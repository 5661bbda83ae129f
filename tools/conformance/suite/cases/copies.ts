import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** Two bundles in one page, each with a copy of the package. */
export const copyCases = cases('1. Two copies in one page', {
  'two copies have separate classes': ({ core, copy }) => {
    assert.notStrictEqual(core.CircuitBreaker, copy.core.CircuitBreaker)
    assert.notStrictEqual(core.CallNotPermittedError, copy.core.CallNotPermittedError)
  },
  'a breaker accepts policies of the other copy': (s) => {
    const { core, copy } = s
    const rig = new SubjectRig(s, {
      window: copy.core.timeWindow(5_000),
      tracker: copy.core.errorType(TypeError).or(core.resultWhere(() => false)),
      tripper: copy.core.minRequests(2).and(core.failureRate(0.5)),
      retry: copy.core.cooldown(70),
      permit: copy.core.admitAll(),
      probes: 1,
    })
    rig.fail(2, new TypeError('down'))
    assert.strictEqual(rig.state, 'open')
    rig.clock.advance(70)
    rig.succeed()
    assert.strictEqual(rig.state, 'closed')
  },
  'a breaker accepts listeners of the other copy': (s) => {
    const lines: string[] = []
    const log = (line: string) => void lines.push(line)
    const listener = new s.copy.core.LogListener({ logger: { info: log, warn: log } })
    const rig = new SubjectRig(s, { listeners: [listener] })
    rig.breaker.disable()
    assert.deepEqual(lines, ['payments: closed -> disabled: disabled manually'])
  },
  'createFetch accepts a registry of the other copy': async (s) => {
    const registry = new s.copy.core.CircuitRegistry()
    const guarded = s.fetch.createFetch({ registry, fetch: async () => new Response('ok') })
    await guarded('https://api.example/')
    assert.strictEqual(registry.size, 1)
    registry.get('https://api.example').forceOpen()
    assert.isTrue(s.core.isCallNotPermitted(await rejection(guarded('https://api.example/'))))
  },
  'both copies understand a requested delay': (s) => {
    assert.strictEqual<symbol>(s.core.retryAfterMs, s.copy.core.retryAfterMs)
    const rig = new SubjectRig(s)
    rig.fail(3, Object.assign(new Error('busy'), { [s.copy.core.retryAfterMs]: 9_000 }))
    assert.strictEqual(rig.breaker.snapshot().retryAt, rig.clock.timestamp() + 9_000)
  },
  'circuits of both copies are in one devtools hook': (s) => {
    const listener = s.devtools.devtoolsListener()
    const hook = Reflect.get(globalThis, Symbol.for('fluxgate.devtools/v1'))
    const circuit = new s.copy.core.CircuitBreaker({ name: 'foreign', listeners: [listener] })
    const names: string[] = []
    for (let cursor = 0; ; ) {
      const { next, events } = hook.read(cursor)
      for (const { config } of events) if (config) names.push(config.name)
      if (next === cursor) break
      cursor = next
    }
    assert.include(names, 'foreign')
    circuit.dispose()
  },
  'a rejection by a breaker of the other copy is ignored': async (s) => {
    const outer = new SubjectRig(s, { tripper: s.core.failureStreak(1) })
    const inner = new s.copy.core.CircuitBreaker({ name: 'inner' })
    inner.forceOpen()
    await rejection(outer.breaker.call(() => inner.call(() => 1)))
    thrown(() => outer.breaker.callSync(() => inner.callSync(() => 1)))
    assert.strictEqual(outer.state, 'closed')
    assert.deepEqual(outer.outcomes, ['ignored', 'ignored'])
  },
})
