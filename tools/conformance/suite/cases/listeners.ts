import type { CallEvent, Listener, Signal } from '@fluxgate/core'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thenableWith } from '@fluxgate/testkit/thenable'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const broken = new Error('listener')
const breaks = () => {
  throw broken
}
const transition = ({ oldState, newState }: Signal) => `${oldState}>${newState}`

export const listenerCases = cases('5. Listeners', {
  'a listener is a function or an object with optional callbacks': (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => void received.push(`function ${transition(signal)}`),
        { onSignal: (signal) => void received.push(`onSignal ${transition(signal)}`) },
        { onCall: ({ outcome }) => void received.push(`onCall ${outcome}`) },
        { onAttach: ({ name }) => void received.push(`onAttach ${name}`) },
      ],
    })
    rig.succeed()
    rig.breaker.forceOpen()
    assert.deepEqual(received, [
      'onAttach payments',
      'onCall success',
      'function closed>forced_open',
      'onSignal closed>forced_open',
    ])
  },
  'the methods of a listener are called on it': (s) => {
    class Counter {
      count = 0
      onSignal() {
        this.count++
      }
      onCall() {
        this.count += 10
      }
    }
    const counter = new Counter()
    const rig = new SubjectRig(s, { listeners: [counter] })
    rig.succeed()
    rig.breaker.forceOpen()
    assert.strictEqual(counter.count, 11)
  },
  'every listener receives every signal in order while one changes the state': (s) => {
    const received: string[][] = [[], []]
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => {
          received[0]?.push(transition(signal))
          if (signal.newState === 'open') rig.breaker.forceOpen()
          if (signal.newState === 'forced_open') rig.breaker.reset()
        },
        (signal) => void received[1]?.push(transition(signal)),
      ],
    })
    rig.fail(3)
    const all = ['closed>open', 'open>forced_open', 'forced_open>closed']
    assert.deepEqual(received, [all, all])
    assert.deepEqual(rig.transitions, all)
    assert.strictEqual(rig.state, 'closed')
  },
  'a listener can call through its own circuit': async (s) => {
    const results: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        async ({ newState }) => {
          if (newState === 'disabled') results.push(await rig.breaker.call(() => 'through'))
        },
      ],
    })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.deepEqual(results, ['through'])
  },
  'the error of a listener goes to onError, and other listeners are called': (s) => {
    const after: string[] = []
    const listener: Listener = { onSignal: breaks, onCall: breaks, onAttach: breaks }
    const rig = new SubjectRig(s, {
      listeners: [listener, (signal) => void after.push(transition(signal))],
    })
    rig.fail(3)
    assert.deepEqual(rig.transitions, ['closed>open'])
    assert.deepEqual(after, ['closed>open'])
    assert.strictEqual(rig.events.length, 3)
    assert.strictEqual(rig.errors.length, 1 + 3 + 1)
    for (const report of rig.errors) {
      assert.deepEqual(report, { error: broken, source: 'listener', circuitName: 'payments' })
    }
  },
  'the error of a listener does not reach the caller': async (s) => {
    const { breaker } = new SubjectRig(s, { listeners: [{ onSignal: breaks, onCall: breaks }] })
    assert.strictEqual(await breaker.call(() => 'value'), 'value')
    const down = new Error('down')
    for (let i = 0; i < 3; i++) {
      assert.strictEqual(await rejection(breaker.call(() => Promise.reject(down))), down)
    }
    assert.instanceOf(await rejection(breaker.call(() => 1)), s.core.CallNotPermittedError)
    breaker.reset()
    assert.strictEqual(
      breaker.callSync(() => 'value'),
      'value',
    )
  },
  'the rejection of a listener goes to onError': async (s) => {
    const rig = new SubjectRig(s, { listeners: [() => Promise.reject(broken)] })
    rig.breaker.disable()
    rig.breaker.reset()
    await rig.breaker.flush()
    assert.deepEqual(rig.transitions, ['closed>disabled', 'disabled>closed'])
    assert.deepEqual(
      rig.errors.map(({ error }) => error),
      [broken, broken],
    )
  },
  'the rejection of onCall goes to onError': async (s) => {
    const rig = new SubjectRig(s, {
      listeners: [{ onCall: () => Promise.reject(broken) as never }],
    })
    rig.succeed()
    await microtasks()
    assert.deepEqual(
      rig.errors.map(({ error }) => error),
      [broken],
    )
  },
  'falsy entries of listeners are skipped': (s) => {
    const rig = new SubjectRig(s, { listeners: [false, null, undefined, 0, ''] })
    rig.breaker.disable()
    assert.deepEqual(rig.errors, [])
    assert.strictEqual(rig.state, 'disabled')
  },
  'all listeners receive the same signal and event objects': (s) => {
    const seen: (Signal | CallEvent)[][] = [[], []]
    const recorder = (at: number): Listener => ({
      onSignal: (signal) => void seen[at]?.push(signal),
      onCall: (event) => void seen[at]?.push(event),
    })
    const rig = new SubjectRig(s, { listeners: [recorder(0), recorder(1)] })
    rig.fail(3)
    assert.strictEqual(seen[0]?.length, 4)
    assert.isTrue(seen[0]?.every((event, at) => event === seen[1]?.[at]))
  },
  'no event is built when no listener has onCall': (s) => {
    const time = { reads: 0 }
    const clock = {
      now: () => 0,
      timestamp: () => {
        time.reads++
        return 0
      },
    }
    const breaker = new s.core.CircuitBreaker({ name: 'x', clock, listeners: [() => {}] })
    time.reads = 0
    for (let i = 0; i < 10; i++) breaker.callSync(() => 1)
    assert.strictEqual(time.reads, 0)
    breaker.forceOpen()
    time.reads = 0
    for (let i = 0; i < 10; i++) assert.isUndefined(breaker.tryAcquire())
    assert.strictEqual(time.reads, 0)
  },
  'time that passes in a listener changes no state': (s) => {
    const rig = new SubjectRig(s, {
      listeners: [
        ({ newState }) => {
          if (newState === 'open') rig.clock.advance(10_000)
        },
      ],
    })
    rig.fail(3)
    assert.strictEqual(rig.state, 'open')
    assert.isTrue(rig.admits())
  },
  'a listener that changes the state 500 times receives each signal once': (s) => {
    let left = 500
    const rig = new SubjectRig(s, {
      listeners: [
        () => {
          if (left-- > 0) rig.breaker[rig.state === 'disabled' ? 'forceOpen' : 'disable']()
        },
      ],
    })
    rig.breaker.disable()
    assert.strictEqual(rig.signals.length, 501)
    rig.signals.slice(1).forEach(({ oldState }, at) => {
      assert.strictEqual(oldState, rig.signals[at]?.newState)
    })
  },
  'a listener that changes the state endlessly is stopped and reported': (s) => {
    const rig = new SubjectRig(s, {
      listeners: [() => rig.breaker[rig.state === 'disabled' ? 'forceOpen' : 'disable']()],
    })
    rig.breaker.disable()
    assert.strictEqual(rig.signals.length, 1_000)
    assert.strictEqual(rig.errors.length, 1)
    assert.include(String(rig.errors[0]?.error), '1000 times')
    rig.breaker.dispose()
    rig.breaker.reset()
    rig.succeed()
    assert.strictEqual(rig.recorded, '1/0')
  },
  'a listener may return a thenable that rejects or throws, which is reported': async (s) => {
    const rejecting = thenableWith<void>((_, reject) => reject?.(broken) as never)
    const throwing = thenableWith<void>(breaks)
    for (const result of [rejecting, throwing]) {
      const after: string[] = []
      const rig = new SubjectRig(s, {
        listeners: [
          { onSignal: () => result, onCall: () => result as never },
          (signal) => void after.push(transition(signal)),
        ],
      })
      rig.succeed()
      rig.breaker.disable()
      rig.breaker.reset()
      await rig.breaker.flush()
      await microtasks()
      assert.deepEqual(after, ['closed>disabled', 'disabled>closed'])
      assert.deepEqual(
        rig.errors.map(({ error }) => error),
        [broken, broken, broken],
      )
    }
  },
  'one listener may listen to many circuits, and twice to one': ({ core }) => {
    const names: string[] = []
    const listener = ({ circuitName }: Signal) => void names.push(circuitName)
    const one = new core.CircuitBreaker({ name: 'one', listeners: [listener, listener] })
    const two = new core.CircuitBreaker({ name: 'two', listeners: [listener] })
    one.disable()
    two.disable()
    assert.deepEqual(names, ['one', 'one', 'two'])
  },
})
