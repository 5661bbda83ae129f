import type { Signal } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import { Slow, transitionTimes } from '../slow-listener.ts'

export const listenerQueueCases = cases('5. Slow listeners', {
  'a call never waits for a listener': async (s) => {
    const hanging = () => new Promise<void>(() => {})
    const { breaker } = new SubjectRig(s, { listeners: [hanging] })
    for (let i = 0; i < 3; i++) {
      await Promise.allSettled([breaker.call(() => Promise.reject(new Error('down')))])
    }
    assert.strictEqual(breaker.state, 'open')
    breaker.reset()
    assert.strictEqual(await breaker.call(() => 'value'), 'value')
  },
  'a listener receives its next signal after its promise has settled': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    rig.breaker.disable()
    rig.breaker.forceOpen()
    rig.breaker.reset()
    await microtasks()
    assert.deepEqual(slow.received, ['disabled'])
    await slow.settle()
    assert.deepEqual(slow.received, ['disabled', 'forced_open'])
    await slow.settle()
    await slow.settle()
    assert.deepEqual(slow.received, ['disabled', 'forced_open', 'closed'])
  },
  'a slow listener does not delay the others': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    transitionTimes(rig, 5)
    assert.strictEqual(rig.signals.length, 5)
    assert.strictEqual(slow.received.length, 1)
  },
  'the next signal follows a promise that rejects': async (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        async ({ newState }) => {
          received.push(newState)
          throw new Error(newState)
        },
      ],
    })
    rig.breaker.disable()
    rig.breaker.forceOpen()
    await rig.breaker.flush()
    assert.deepEqual(received, ['disabled', 'forced_open'])
    assert.deepEqual(
      rig.errors.map(({ error }) => String(error)),
      ['Error: disabled', 'Error: forced_open'],
    )
  },
  'the next signal follows a listener that throws': async (s) => {
    const work = new Deferred()
    let turn = 0
    const rig = new SubjectRig(s, {
      listeners: [
        () => {
          if (++turn === 1) return work.promise
          throw new Error(`turn ${turn}`)
        },
      ],
    })
    transitionTimes(rig, 3)
    work.resolve()
    await rig.breaker.flush()
    assert.deepEqual(
      rig.errors.map(({ error }) => String(error)),
      ['Error: turn 2', 'Error: turn 3'],
    )
  },
  'a listener without a pending promise is called at once': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    rig.breaker.disable()
    await slow.settle()
    rig.breaker.forceOpen()
    assert.deepEqual(slow.received, ['disabled', 'forced_open'])
  },
  'a listener’s thenable is awaited like a promise': async (s) => {
    const received: string[] = []
    const work = new Deferred()
    const rig = new SubjectRig(s, {
      listeners: [
        ({ newState }) => {
          received.push(newState)
          return Object.defineProperty({}, 'then', {
            value: work.promise.then.bind(work.promise),
          }) as PromiseLike<void>
        },
      ],
    })
    transitionTimes(rig, 2)
    assert.strictEqual(received.length, 1)
    work.resolve()
    await rig.breaker.flush()
    assert.strictEqual(received.length, 2)
  },
  'a thousand signals can wait for a listener': async (s) => {
    const work = new Deferred()
    const received: Signal[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => {
          received.push(signal)
          return received.length === 1 ? work.promise : undefined
        },
      ],
    })
    transitionTimes(rig, 1_001)
    work.resolve()
    await rig.breaker.flush()
    assert.deepEqual(rig.errors, [])
    assert.deepEqual(received, rig.signals)
  },
  'beyond a thousand the oldest signals are dropped and reported': async (s) => {
    const work = new Deferred()
    const received: Signal[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => {
          received.push(signal)
          return received.length === 1 ? work.promise : undefined
        },
      ],
    })
    transitionTimes(rig, 1_004) // one is pending, a thousand wait, three are dropped
    assert.strictEqual(rig.errors.length, 3)
    assert.match(String(rig.errors[0]?.error), /1000 signals behind.*dropped/)
    assert.strictEqual(rig.errors[0]?.source, 'listener')
    work.resolve()
    await rig.breaker.flush()
    assert.strictEqual(received.length, 1_001)
    assert.deepEqual(received, [rig.signals[0], ...rig.signals.slice(4)])
  },
  'a delivery that is pending for more than 30 s does not delay the next signal': async (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        ({ newState }) => {
          received.push(newState)
          return new Promise<void>(() => {})
        },
      ],
    })
    rig.breaker.disable()
    rig.clock.advance(30_000)
    rig.breaker.forceOpen()
    await microtasks()
    assert.deepEqual(received, ['disabled'])
    rig.clock.advance(1)
    rig.breaker.reset()
    await microtasks()
    assert.deepEqual(received, ['disabled', 'forced_open'])
    rig.clock.advance(30_001)
    rig.breaker.disable()
    await microtasks()
    assert.deepEqual(received, ['disabled', 'forced_open', 'closed'])
    rig.clock.advance(30_001)
    rig.breaker.forceOpen()
    rig.clock.advance(30_001)
    rig.breaker.reset()
    await microtasks()
    assert.deepEqual(received, ['disabled', 'forced_open', 'closed', 'disabled', 'forced_open'])
    assert.deepEqual(rig.errors, [])
  },
  'an overdue delivery that rejects is reported, and does not delay other signals': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    rig.breaker.disable()
    rig.clock.advance(30_001)
    rig.breaker.forceOpen()
    rig.breaker.reset()
    slow.pending[0]?.reject(new Error('late'))
    await microtasks()
    assert.deepEqual(slow.received, ['disabled', 'forced_open'])
    assert.strictEqual(String(rig.errors[0]?.error), 'Error: late')
    await slow.settle()
    assert.deepEqual(slow.received, ['disabled', 'forced_open', 'closed'])
  },
})
