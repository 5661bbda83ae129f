import type { CircuitHandle } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

export const subscriptionCases = cases('5. Subscriptions', {
  'subscribe() returns a function that unsubscribes and can be called twice': (s) => {
    const rig = new SubjectRig(s)
    let received = 0
    const unsubscribe = rig.breaker.subscribe(() => void received++)
    rig.breaker.disable()
    unsubscribe()
    unsubscribe()
    rig.breaker.reset()
    assert.strictEqual(received, 1)
    assert.strictEqual(rig.signals.length, 2)
  },
  'one listener subscribed twice is called twice, and each subscription ends separately': (s) => {
    let received = 0
    const onSignal = () => void received++
    for (const listener of [onSignal, { onSignal }]) {
      const rig = new SubjectRig(s)
      const unsubscribe = rig.breaker.subscribe(listener)
      rig.breaker.subscribe(listener)
      received = 0
      rig.breaker.disable()
      assert.strictEqual(received, 2)
      unsubscribe()
      rig.breaker.reset()
      assert.strictEqual(received, 3)
    }
  },
  'onAttach receives the breaker, and its cleanup runs on unsubscribing': (s) => {
    const calls: string[] = []
    const received: CircuitHandle[] = []
    const rig = new SubjectRig(s)
    const unsubscribe = rig.breaker.subscribe({
      onAttach(circuit) {
        received.push(circuit)
        calls.push(`in ${circuit.state}`)
        return () => void calls.push('out')
      },
    })
    assert.strictEqual(received[0], rig.breaker)
    assert.deepEqual(calls, ['in closed'])
    unsubscribe()
    unsubscribe()
    assert.deepEqual(calls, ['in closed', 'out'])
  },
  'onAttach receives a complete breaker, also during construction': (s) => {
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
  'a cleanup that throws is reported, and the listener is unsubscribed': (s) => {
    const rig = new SubjectRig(s)
    const broken = new Error('cleanup')
    let received = 0
    const unsubscribe = rig.breaker.subscribe({
      onAttach: () => () => {
        throw broken
      },
      onSignal: () => void received++,
    })
    unsubscribe()
    rig.breaker.disable()
    assert.strictEqual(received, 0)
    assert.deepInclude(rig.errors[0], { error: broken, source: 'listener' })
  },
  'dispose() unsubscribes every listener, and calls continue': (s) => {
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
  'Symbol.dispose of a breaker is dispose(), also without platform support': (s) => {
    const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')
    const rig = new SubjectRig(s)
    rig.breaker[dispose]()
    rig.breaker.disable()
    assert.deepEqual(rig.signals, [])
  },
  'a disposed breaker accepts new listeners': (s) => {
    const rig = new SubjectRig(s)
    rig.breaker.dispose()
    let received = 0
    rig.breaker.subscribe(() => void received++)
    rig.breaker.disable()
    assert.strictEqual(received, 1)
  },
  'a listener subscribed during a delivery receives only later signals': (s) => {
    const received: string[] = []
    let joined = false
    const rig = new SubjectRig(s, {
      listeners: [
        () => {
          if (joined) return
          joined = true
          rig.breaker.subscribe(({ newState }) => void received.push(newState))
        },
      ],
    })
    rig.breaker.disable()
    assert.deepEqual(received, [])
    rig.breaker.reset()
    assert.deepEqual(received, ['closed'])
  },
  'a listener does not receive a signal from before its subscription': (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        ({ newState }) => {
          if (newState !== 'disabled') return
          rig.breaker.forceOpen()
          rig.breaker.subscribe((signal) => void received.push(signal.newState))
          rig.breaker.reset()
        },
      ],
    })
    rig.breaker.disable()
    assert.deepEqual(received, ['closed'])
    assert.strictEqual(rig.signals.length, 3)
  },
  'a listener unsubscribed during the delivery of an event does not receive it': (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s)
    rig.breaker.subscribe({
      onCall() {
        received.push('first')
        unsubscribeSecond()
      },
    })
    const unsubscribeSecond = rig.breaker.subscribe({ onCall: () => void received.push('second') })
    rig.breaker.subscribe({ onCall: () => void received.push('third') })
    rig.succeed()
    assert.deepEqual(received, ['first', 'third'])
  },
  'unsubscribing during the delivery of a signal does not affect other listeners': (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s)
    const unsubscribeFirst = rig.breaker.subscribe(() => {
      received.push('first')
      unsubscribeFirst()
      unsubscribeSecond()
    })
    const unsubscribeSecond = rig.breaker.subscribe(() => void received.push('second'))
    rig.breaker.subscribe(() => void received.push('third'))
    rig.breaker.disable()
    rig.breaker.reset()
    assert.deepEqual(received, ['first', 'third', 'third'])
    assert.strictEqual(rig.signals.length, 2)
  },
  'subscribing and unsubscribing in onCall does not affect other listeners': (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s)
    const unsubscribe = rig.breaker.subscribe({
      onCall() {
        received.push('first')
        unsubscribe()
        rig.breaker.subscribe({ onCall: () => void received.push('new') })
      },
    })
    rig.breaker.subscribe({ onCall: () => void received.push('second') })
    rig.succeed(2)
    assert.deepEqual(received, ['first', 'second', 'second', 'new'])
  },
  'dispose() by a listener stops the delivery of the signal': (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [() => rig.breaker.dispose(), () => void received.push('late')],
    })
    rig.breaker.disable()
    assert.deepEqual(received, [])
    assert.strictEqual(rig.state, 'disabled')
  },
  'a queued signal is delivered after the listener unsubscribed': async (s) => {
    const received: string[] = []
    const work = new Deferred()
    const rig = new SubjectRig(s)
    const unsubscribe = rig.breaker.subscribe(({ newState }) => {
      received.push(newState)
      return work.promise
    })
    rig.breaker.disable()
    rig.breaker.reset()
    unsubscribe()
    rig.breaker.forceOpen()
    work.resolve()
    await rig.breaker.flush()
    await microtasks()
    assert.deepEqual(received, ['disabled', 'closed'])
  },
  'onAttach can unsubscribe its own listener': (s) => {
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
  'onAttach can return a value that is not a function': (s) => {
    const rig = new SubjectRig(s)
    const unsubscribe = rig.breaker.subscribe({ onAttach: () => 1 as never })
    unsubscribe()
    rig.breaker.subscribe({ onAttach: () => 1 as never })
    rig.breaker.dispose()
    assert.deepEqual(rig.errors, [])
  },
})
