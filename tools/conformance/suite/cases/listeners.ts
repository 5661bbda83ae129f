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

/** What a listener may do, and whom it cannot harm. */
export const listenerCases = cases('5. Listeners', {
  'a listener is a function, or an object with any of three ears': (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => void heard.push(`function ${transition(signal)}`),
        { onSignal: (signal) => void heard.push(`onSignal ${transition(signal)}`) },
        { onCall: ({ outcome }) => void heard.push(`onCall ${outcome}`) },
        { onAttach: ({ name }) => void heard.push(`onAttach ${name}`) },
      ],
    })
    rig.succeed()
    rig.breaker.forceOpen()
    assert.deepEqual(heard, [
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
  'every listener sees every signal, in order, also when one moves the circuit': (s) => {
    const heard: string[][] = [[], []]
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => {
          heard[0]?.push(transition(signal))
          if (signal.newState === 'open') rig.breaker.forceOpen()
          if (signal.newState === 'forced_open') rig.breaker.reset()
        },
        (signal) => void heard[1]?.push(transition(signal)),
      ],
    })
    rig.fail(3)
    const all = ['closed>open', 'open>forced_open', 'forced_open>closed']
    assert.deepEqual(heard, [all, all])
    assert.deepEqual(rig.transitions, all)
    assert.strictEqual(rig.state, 'closed')
  },
  'a listener may make calls through its own circuit': async (s) => {
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
  'a listener that throws harms nobody, and onError is told': (s) => {
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
    for (const told of rig.errors) {
      assert.deepEqual(told, { error: broken, source: 'listener', circuitName: 'payments' })
    }
  },
  'a listener that throws turns no success into a failure, and replaces no error': async (s) => {
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
  'a listener that rejects harms nobody, and onError is told': async (s) => {
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
  'onCall that rejects harms nobody either': async (s) => {
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
  'a falsy entry is no listener': (s) => {
    const rig = new SubjectRig(s, { listeners: [false, null, undefined, 0, ''] })
    rig.breaker.disable()
    assert.deepEqual(rig.errors, [])
    assert.strictEqual(rig.state, 'disabled')
  },
  'signals and events are the same objects for every listener': (s) => {
    const seen: (Signal | CallEvent)[][] = [[], []]
    const ear = (at: number): Listener => ({
      onSignal: (signal) => void seen[at]?.push(signal),
      onCall: (event) => void seen[at]?.push(event),
    })
    const rig = new SubjectRig(s, { listeners: [ear(0), ear(1)] })
    rig.fail(3)
    assert.strictEqual(seen[0]?.length, 4)
    assert.isTrue(seen[0]?.every((told, at) => told === seen[1]?.[at]))
  },
  'onCall costs nothing when no listener has it: no event is made': (s) => {
    const time = { asked: 0 }
    const clock = {
      now: () => 0,
      timestamp: () => {
        time.asked++
        return 0
      },
    }
    const breaker = new s.core.CircuitBreaker({ name: 'x', clock, listeners: [() => {}] })
    time.asked = 0
    for (let i = 0; i < 10; i++) breaker.callSync(() => 1)
    assert.strictEqual(time.asked, 0)
    breaker.forceOpen()
    time.asked = 0
    for (let i = 0; i < 10; i++) assert.isUndefined(breaker.tryAcquire())
    assert.strictEqual(time.asked, 0)
  },
  'a listener that is slow to return moves nothing: the state is what it was told': (s) => {
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
  'a listener that moves the circuit hundreds of times is told of each move once': (s) => {
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
  'a listener that moves the circuit for ever is stopped, and onError is told': (s) => {
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
