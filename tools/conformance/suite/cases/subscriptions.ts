import type { CircuitBreaker } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const subscriptionCases = cases('5. Subscriptions', {
  'subscribe() returns its undo, which may be called twice': (s) => {
    const rig = new SubjectRig(s)
    let heard = 0
    const undo = rig.breaker.subscribe(() => void heard++)
    rig.breaker.disable()
    undo()
    undo()
    rig.breaker.reset()
    assert.strictEqual(heard, 1)
    assert.strictEqual(rig.signals.length, 2)
  },
  'one listener subscribed twice is told twice, and each undo is its own': (s) => {
    let heard = 0
    const hear = () => void heard++
    for (const listener of [hear, { onSignal: hear }]) {
      const rig = new SubjectRig(s)
      const undo = rig.breaker.subscribe(listener)
      rig.breaker.subscribe(listener)
      heard = 0
      rig.breaker.disable()
      assert.strictEqual(heard, 2)
      undo()
      rig.breaker.reset()
      assert.strictEqual(heard, 3)
    }
  },
  'onAttach is given the breaker when it joins, and its undo runs when it leaves': (s) => {
    const told: string[] = []
    const given: CircuitBreaker[] = []
    const rig = new SubjectRig(s)
    const undo = rig.breaker.subscribe({
      onAttach(circuit) {
        given.push(circuit)
        told.push(`in ${circuit.state}`)
        return () => void told.push('out')
      },
    })
    assert.strictEqual(given[0], rig.breaker)
    assert.deepEqual(told, ['in closed'])
    undo()
    undo()
    assert.deepEqual(told, ['in closed', 'out'])
  },
  'onAttach finds a breaker that is whole, also when it is given at construction': (s) => {
    const seen: unknown[] = []
    const { core } = s
    const breaker = new core.CircuitBreaker({
      name: 'x',
      listeners: [
        {
          onAttach: (circuit) => {
            seen.push(
              circuit.name,
              circuit.state,
              circuit.snapshot().permitted,
              circuit.toJSON().probes,
            )
          },
        },
      ],
    })
    assert.deepEqual(seen, ['x', 'closed', true, 3])
    breaker.dispose()
  },
  'an undo of onAttach that throws is told to onError, and the listener has left': (s) => {
    const rig = new SubjectRig(s)
    const broken = new Error('undo')
    let heard = 0
    const undo = rig.breaker.subscribe({
      onAttach: () => () => {
        throw broken
      },
      onSignal: () => void heard++,
    })
    undo()
    rig.breaker.disable()
    assert.strictEqual(heard, 0)
    assert.deepInclude(rig.errors[0], { error: broken, source: 'listener' })
  },
  'dispose() detaches all, and the circuit goes on': (s) => {
    let left = 0
    const rig = new SubjectRig(s, { listeners: [{ onAttach: () => () => void left++ }] })
    rig.breaker.dispose()
    rig.breaker.dispose()
    rig.fail(3)
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(rig.signals, [])
    assert.deepEqual(rig.events, [])
    assert.strictEqual(left, 1)
  },
  'Symbol.dispose is dispose(), where the platform has it or not': (s) => {
    const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')
    const rig = new SubjectRig(s)
    rig.breaker[dispose]()
    rig.breaker.disable()
    assert.deepEqual(rig.signals, [])
  },
  'a breaker that was disposed takes new listeners': (s) => {
    const rig = new SubjectRig(s)
    rig.breaker.dispose()
    let heard = 0
    rig.breaker.subscribe(() => void heard++)
    rig.breaker.disable()
    assert.strictEqual(heard, 1)
  },
  'a listener that joins while others are told hears only what comes after': (s) => {
    const heard: string[] = []
    let joined = false
    const rig = new SubjectRig(s, {
      listeners: [
        () => {
          if (joined) return
          joined = true
          rig.breaker.subscribe(({ newState }) => void heard.push(newState))
        },
      ],
    })
    rig.breaker.disable()
    assert.deepEqual(heard, [])
    rig.breaker.reset()
    assert.deepEqual(heard, ['closed'])
  },
  'a listener does not hear of a move that was made before it joined': (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        ({ newState }) => {
          if (newState !== 'disabled') return
          rig.breaker.forceOpen()
          rig.breaker.subscribe((signal) => void heard.push(signal.newState))
          rig.breaker.reset()
        },
      ],
    })
    rig.breaker.disable()
    assert.deepEqual(heard, ['closed'])
    assert.strictEqual(rig.signals.length, 3)
  },
  'a listener that another makes leave is not told of the call that is being told': (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s)
    rig.breaker.subscribe({
      onCall() {
        heard.push('first')
        undoSecond()
      },
    })
    const undoSecond = rig.breaker.subscribe({ onCall: () => void heard.push('second') })
    rig.breaker.subscribe({ onCall: () => void heard.push('third') })
    rig.succeed()
    assert.deepEqual(heard, ['first', 'third'])
  },
  'a listener that leaves while it is called, or is made to leave, disturbs no other': (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s)
    const undoFirst = rig.breaker.subscribe(() => {
      heard.push('first')
      undoFirst()
      undoSecond()
    })
    const undoSecond = rig.breaker.subscribe(() => void heard.push('second'))
    rig.breaker.subscribe(() => void heard.push('third'))
    rig.breaker.disable()
    rig.breaker.reset()
    assert.deepEqual(heard, ['first', 'third', 'third'])
    assert.strictEqual(rig.signals.length, 2)
  },
  'joining and leaving while a call is told disturbs no other': (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s)
    const undo = rig.breaker.subscribe({
      onCall() {
        heard.push('first')
        undo()
        rig.breaker.subscribe({ onCall: () => void heard.push('new') })
      },
    })
    rig.breaker.subscribe({ onCall: () => void heard.push('second') })
    rig.succeed(2)
    assert.deepEqual(heard, ['first', 'second', 'second', 'new'])
  },
  'dispose() by a listener stops what was to be told': (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [() => rig.breaker.dispose(), () => void heard.push('late')],
    })
    rig.breaker.disable()
    assert.deepEqual(heard, [])
    assert.strictEqual(rig.state, 'disabled')
  },
  'what was handed to a listener before it left still reaches it': async (s) => {
    const heard: string[] = []
    const gate = new Deferred()
    const rig = new SubjectRig(s)
    const undo = rig.breaker.subscribe(({ newState }) => {
      heard.push(newState)
      return gate.promise
    })
    rig.breaker.disable()
    rig.breaker.reset()
    undo()
    rig.breaker.forceOpen()
    gate.resolve()
    await rig.breaker.flush()
    await microtasks()
    assert.deepEqual(heard, ['disabled', 'closed'])
  },
  'onAttach may leave at once': (s) => {
    const rig = new SubjectRig(s)
    let out = 0
    rig.breaker.subscribe({
      onAttach(circuit) {
        circuit.dispose()
        return () => void out++
      },
    })
    assert.strictEqual(out, 1)
    rig.breaker.disable()
    assert.deepEqual(rig.signals, [])
  },
  'onAttach may return a value that is no function': (s) => {
    const rig = new SubjectRig(s)
    const unsubscribe = rig.breaker.subscribe({ onAttach: () => 1 as never })
    unsubscribe()
    rig.breaker.subscribe({ onAttach: () => 1 as never })
    rig.breaker.dispose()
    assert.deepEqual(rig.errors, [])
  },
  'call events are built only while a listener has onCall': (s) => {
    let reads = 0
    const clock = { now: () => 0, timestamp: () => ++reads }
    const breaker = new s.core.CircuitBreaker({ name: 'x', clock, listeners: [() => {}] })
    const readsOf = (run: () => unknown) => {
      const before = reads
      run()
      return reads - before
    }
    assert.strictEqual(
      readsOf(() => breaker.callSync(() => 1)),
      0,
    )
    const unsubscribe = breaker.subscribe({ onCall: () => {} })
    assert.strictEqual(
      readsOf(() => breaker.callSync(() => 1)),
      1,
    )
    unsubscribe()
    assert.strictEqual(
      readsOf(() => breaker.callSync(() => 1)),
      0,
    )
  },
})
