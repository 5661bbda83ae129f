import type { CallEvent, Listener, Signal } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { COOLDOWN_MS, SubjectRig, states } from '@fluxgate/testkit/subject-rig'
import { thenableWith } from '@fluxgate/testkit/thenable'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

const transition = ({ oldState, newState }: Signal) => `${oldState}>${newState}`

/** Listeners before, between and after `others` that record every transition. */
function observed(others: readonly Listener[]) {
  const seen: string[][] = [[], [], []]
  const recorder = (index: number) => (signal: Signal) => void seen[index]?.push(transition(signal))
  const half = Math.ceil(others.length / 2)
  const listeners: Listener[] = [
    recorder(0),
    ...others.slice(0, half),
    recorder(1),
    ...others.slice(half),
    recorder(2),
  ]
  return { seen, listeners }
}

/** A rig that its own listeners can use. */
function rigWith(
  s: ConstructorParameters<typeof SubjectRig>[0],
  make: (rig: () => SubjectRig) => readonly Listener[],
  options: { probes?: number } = {},
): SubjectRig {
  const box: { rig?: SubjectRig } = {}
  const rig = () => box.rig ?? assert.fail('a listener was called during construction')
  box.rig = new SubjectRig(s, { listeners: [...make(rig)], ...options })
  return box.rig
}

const returning = table(
  '5. Failing listeners',
  states,
  (home) => `every listener receives every signal while one changes the state back to ${home}`,
  (home, s) => {
    let seen: string[][] = []
    const rig = rigWith(s, (rig) => {
      const result = observed([
        ({ newState }) => {
          const { breaker } = rig()
          if (newState === home) return
          if (home === 'closed') breaker.reset()
          if (home === 'open' || home === 'half_open') breaker.trip()
          if (home === 'metrics_only') breaker.metricsOnly()
          if (home === 'disabled') breaker.disable()
          if (home === 'forced_open') breaker.forceOpen()
        },
      ])
      seen = result.seen
      return result.listeners
    })
    rig.fail(3)
    rig.breaker.disable()
    rig.breaker.forceOpen()
    rig.breaker.reset()
    rig.breaker.metricsOnly()
    for (const transitions of seen) assert.deepEqual(transitions, rig.transitions)
    rig.signals.slice(1).forEach(({ oldState }, index) => {
      assert.strictEqual(oldState, rig.signals[index]?.newState)
    })
    assert.strictEqual(rig.state, home === 'half_open' ? 'open' : home)
  },
)

const together = cases('5. Failing listeners', {
  'listeners that throw, hang or reject do not affect the others': async (s) => {
    const fail = () => {
      throw new Error('oops')
    }
    const outcomes: CallEvent['outcome'][] = []
    const { seen, listeners } = observed([
      { onCall: fail, onSignal: fail },
      () => new Promise<void>(() => {}),
      () => Promise.reject(new Error('later')),
      { onAttach: fail },
      () => thenableWith<void>(fail),
      { onCall: ({ outcome }) => void outcomes.push(outcome) },
    ])
    const rig = new SubjectRig(s, { listeners, probes: 1 })
    for (let round = 0; round < 5; round++) {
      rig.fail(3)
      assert.isFalse(rig.admits())
      rig.clock.advance(COOLDOWN_MS)
      rig.succeed()
    }
    await microtasks()
    assert.strictEqual(rig.transitions.length, 15)
    for (const transitions of seen) assert.deepEqual(transitions, rig.transitions)
    const round = ['failure', 'failure', 'failure', 'rejected', 'success']
    assert.deepEqual<string[]>(outcomes, Array(5).fill(round).flat())
  },
  'two listeners that change the state back and forth are stopped and reported': (s) => {
    let seen: string[][] = []
    const rig = rigWith(s, (rig) => {
      const result = observed([
        ({ newState }) => {
          if (newState === 'closed') rig().breaker.forceOpen()
        },
        ({ newState }) => {
          if (newState === 'forced_open') rig().breaker.reset()
        },
      ])
      seen = result.seen
      return result.listeners
    })
    rig.breaker.forceOpen()
    assert.strictEqual(rig.errors.length, 1)
    assert.strictEqual(rig.errors[0]?.source, 'listener')
    assert.include(String(rig.errors[0]?.error), '1000 times')
    assert.strictEqual(rig.transitions.length, 1_000)
    for (const transitions of seen) assert.deepEqual(transitions, rig.transitions)
    rig.clearRecords()
    rig.breaker.disable()
    assert.strictEqual(rig.state, 'disabled')
    assert.match(rig.transitions.join(), /^\w+>disabled$/)
  },
  'every listener receives the event during which another changes the state': (s) => {
    const order: string[] = []
    const rig = rigWith(s, (rig) => [
      { onCall: ({ outcome }) => void order.push(outcome) },
      { onCall: () => rig().breaker.trip() },
      { onCall: ({ outcome }) => void order.push(`then ${outcome}`) },
    ])
    rig.succeed()
    assert.isFalse(rig.admits())
    assert.deepEqual(order, ['success', 'then success', 'rejected', 'then rejected'])
    assert.deepEqual(rig.transitions, ['closed>open'])
  },
  'a slow listener that changes the state receives the signals in order': async (s) => {
    const received: string[] = []
    const pending: Deferred[] = []
    const rig = rigWith(s, (rig) => [
      async (signal) => {
        const work = new Deferred()
        pending.push(work)
        await work.promise
        received.push(transition(signal))
        if (signal.newState === 'open') rig().breaker.reset()
      },
    ])
    rig.breaker.trip()
    rig.breaker.disable()
    rig.breaker.trip()
    for (let turn = 0; turn < 5; turn++) {
      pending[turn]?.resolve()
      await microtasks()
    }
    assert.deepEqual(received, rig.transitions)
    assert.deepEqual(received, ['closed>open', 'open>disabled', 'disabled>open', 'open>closed'])
  },
})

const subscribing = cases('5. Failing listeners', {
  'a listener that is subscribed by another receives only later signals': (s) => {
    const received: string[][] = []
    const rig = rigWith(s, (rig) => [
      () => {
        const own: string[] = []
        received.push(own)
        rig().breaker.subscribe((signal) => void own.push(transition(signal)))
      },
    ])
    rig.breaker.disable()
    rig.breaker.reset()
    rig.breaker.forceOpen()
    assert.deepEqual(received, [
      ['disabled>closed', 'closed>forced_open'],
      ['closed>forced_open'],
      [],
    ])
  },
  'a listener that replaces itself with each signal receives each signal once': (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s)
    let unsubscribe = () => {}
    const replace = (signal: Signal) => {
      received.push(transition(signal))
      unsubscribe()
      unsubscribe = rig.breaker.subscribe(replace)
    }
    unsubscribe = rig.breaker.subscribe(replace)
    rig.fail(3)
    rig.breaker.reset()
    rig.breaker.disable()
    assert.deepEqual(received, rig.transitions)
    assert.strictEqual(received.length, 3)
  },
  'listeners that all unsubscribe and subscribe again with each call receive it once': (s) => {
    let received = 0
    const cleanups: (() => void)[] = []
    const rig = new SubjectRig(s)
    const listener = {
      onCall() {
        received++
        for (const unsubscribe of cleanups.splice(0)) unsubscribe()
        for (let i = 0; i < 10; i++) cleanups.push(rig.breaker.subscribe(listener))
      },
    }
    cleanups.push(rig.breaker.subscribe(listener))
    rig.succeed(50)
    assert.strictEqual(received, 50)
    assert.strictEqual(rig.events.length, 50)
  },
  'dispose() by a listener drops the signals that are not delivered yet': (s) => {
    const received: string[] = []
    const rig = rigWith(s, (rig) => [
      () => rig().breaker.disable(),
      () => rig().breaker.dispose(),
      (signal) => void received.push(transition(signal)),
    ])
    rig.breaker.forceOpen()
    assert.deepEqual(received, [])
    assert.deepEqual(rig.transitions, ['closed>forced_open'])
    assert.strictEqual(rig.state, 'disabled')
  },
})

export const failingListenerCases: readonly ConformanceCase[] = [
  ...returning,
  ...together,
  ...subscribing,
]
