import type { Signal } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** A listener whose promises are settled by hand. */
class Slow {
  readonly heard: string[] = []
  readonly gates: Deferred[] = []

  readonly listener = ({ newState }: Signal): Promise<void> => {
    this.heard.push(newState)
    const gate = new Deferred()
    this.gates.push(gate)
    return gate.promise
  }

  async finish(): Promise<void> {
    this.gates.at(-1)?.resolve()
    await microtasks()
  }
}

/** Moves the circuit `times` times; each move is one signal. */
function moveBy({ breaker }: SubjectRig, times: number): void {
  for (let i = 0; i < times; i++) breaker[breaker.state === 'disabled' ? 'forceOpen' : 'disable']()
}

export const listenerQueueCases = cases('5. Listeners that take their time', {
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
  'a listener gets its next signal when its promise has settled, in order': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    rig.breaker.disable()
    rig.breaker.forceOpen()
    rig.breaker.reset()
    await microtasks()
    assert.deepEqual(slow.heard, ['disabled'])
    await slow.finish()
    assert.deepEqual(slow.heard, ['disabled', 'forced_open'])
    await slow.finish()
    await slow.finish()
    assert.deepEqual(slow.heard, ['disabled', 'forced_open', 'closed'])
  },
  'a slow listener holds up no other': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    moveBy(rig, 5)
    assert.strictEqual(rig.signals.length, 5)
    assert.strictEqual(slow.heard.length, 1)
  },
  'a promise that rejects is followed by the next signal all the same': async (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        async ({ newState }) => {
          heard.push(newState)
          throw new Error(newState)
        },
      ],
    })
    rig.breaker.disable()
    rig.breaker.forceOpen()
    await rig.breaker.flush()
    assert.deepEqual(heard, ['disabled', 'forced_open'])
    assert.deepEqual(
      rig.errors.map(({ error }) => String(error)),
      ['Error: disabled', 'Error: forced_open'],
    )
  },
  'a listener that throws at once when its turn comes holds up nobody': async (s) => {
    const gate = new Deferred()
    let turn = 0
    const rig = new SubjectRig(s, {
      listeners: [
        () => {
          if (++turn === 1) return gate.promise
          throw new Error(`turn ${turn}`)
        },
      ],
    })
    moveBy(rig, 3)
    gate.resolve()
    await rig.breaker.flush()
    assert.deepEqual(
      rig.errors.map(({ error }) => String(error)),
      ['Error: turn 2', 'Error: turn 3'],
    )
  },
  'a listener that is done goes on being told at once': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    rig.breaker.disable()
    await slow.finish()
    rig.breaker.forceOpen()
    assert.deepEqual(slow.heard, ['disabled', 'forced_open'])
  },
  'a thenable is waited for like a promise': async (s) => {
    const heard: string[] = []
    const gate = new Deferred()
    const rig = new SubjectRig(s, {
      listeners: [
        ({ newState }) => {
          heard.push(newState)
          return Object.defineProperty({}, 'then', {
            value: gate.promise.then.bind(gate.promise),
          }) as PromiseLike<void>
        },
      ],
    })
    moveBy(rig, 2)
    assert.strictEqual(heard.length, 1)
    gate.resolve()
    await rig.breaker.flush()
    assert.strictEqual(heard.length, 2)
  },
  'a thousand signals wait, none of them lost': async (s) => {
    const gate = new Deferred()
    const heard: Signal[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => {
          heard.push(signal)
          return heard.length === 1 ? gate.promise : undefined
        },
      ],
    })
    moveBy(rig, 1_001)
    gate.resolve()
    await rig.breaker.flush()
    assert.deepEqual(rig.errors, [])
    assert.deepEqual(heard, rig.signals)
  },
  'beyond a thousand the oldest are dropped, and onError is told of each': async (s) => {
    const gate = new Deferred()
    const heard: Signal[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        (signal) => {
          heard.push(signal)
          return heard.length === 1 ? gate.promise : undefined
        },
      ],
    })
    moveBy(rig, 1_004) // one is being handled, a thousand wait, three are too many
    assert.strictEqual(rig.errors.length, 3)
    assert.match(String(rig.errors[0]?.error), /1000 signals behind.*dropped/)
    assert.strictEqual(rig.errors[0]?.source, 'listener')
    gate.resolve()
    await rig.breaker.flush()
    assert.strictEqual(heard.length, 1_001)
    assert.deepEqual(heard, [rig.signals[0], ...rig.signals.slice(4)])
  },
  'flush() resolves when all are done, and not before': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    moveBy(rig, 2)
    let flushed = false
    const flush = rig.breaker.flush().then(() => {
      flushed = true
    })
    await microtasks()
    assert.isFalse(flushed)
    await slow.finish()
    assert.isFalse(flushed)
    await slow.finish()
    assert.isTrue(flushed)
    await flush
  },
  'flush() resolves at once when nobody is at it': async (s) => {
    const rig = new SubjectRig(s)
    rig.breaker.disable()
    await rig.breaker.flush()
    await new s.core.CircuitBreaker({ name: 'x' }).flush()
    assert.deepEqual(rig.transitions, ['closed>disabled'])
  },
  'flush() waits for what comes in while it waits': async (s) => {
    const heard: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        async ({ newState }) => {
          await undefined
          heard.push(newState)
          if (newState === 'disabled') rig.breaker.forceOpen()
        },
      ],
    })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.deepEqual(heard, ['disabled', 'forced_open'])
  },
  'flush() waits for a listener that another one has given work meanwhile': async (s) => {
    const gate = new Deferred()
    const rig = new SubjectRig(s, {
      listeners: [
        async ({ newState }) => {
          await undefined
          if (newState === 'disabled') rig.breaker.forceOpen()
        },
        ({ newState }) => (newState === 'forced_open' ? gate.promise : undefined),
      ],
    })
    rig.breaker.disable()
    let flushed = false
    const flush = rig.breaker.flush().then(() => {
      flushed = true
    })
    await microtasks()
    assert.isFalse(flushed)
    gate.resolve()
    await flush
  },
})
