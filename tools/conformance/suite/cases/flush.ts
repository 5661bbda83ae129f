import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'
import { Slow, transitionTimes } from '../slow-listener.ts'

export const flushCases = cases('5. Slow listeners', {
  'flush() resolves when every listener is done': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener] })
    transitionTimes(rig, 2)
    let flushed = false
    const flush = rig.breaker.flush().then(() => {
      flushed = true
    })
    await microtasks()
    assert.isFalse(flushed)
    await slow.settle()
    assert.isFalse(flushed)
    await slow.settle()
    assert.isTrue(flushed)
    await flush
  },
  'flush() resolves at once when no delivery is pending': async (s) => {
    const rig = new SubjectRig(s)
    rig.breaker.disable()
    await rig.breaker.flush()
    await new s.core.CircuitBreaker({ name: 'x' }).flush()
    assert.deepEqual(rig.transitions, ['closed>disabled'])
  },
  'flush() waits for signals that are emitted meanwhile': async (s) => {
    const received: string[] = []
    const rig = new SubjectRig(s, {
      listeners: [
        async ({ newState }) => {
          await undefined
          received.push(newState)
          if (newState === 'disabled') rig.breaker.forceOpen()
        },
      ],
    })
    rig.breaker.disable()
    await rig.breaker.flush()
    assert.deepEqual(received, ['disabled', 'forced_open'])
  },
  'flush() waits for a listener that becomes busy meanwhile': async (s) => {
    const work = new Deferred()
    const rig = new SubjectRig(s, {
      listeners: [
        async ({ newState }) => {
          await undefined
          if (newState === 'disabled') rig.breaker.forceOpen()
        },
        ({ newState }) => (newState === 'forced_open' ? work.promise : undefined),
      ],
    })
    rig.breaker.disable()
    let flushed = false
    const flush = rig.breaker.flush().then(() => {
      flushed = true
    })
    await microtasks()
    assert.isFalse(flushed)
    work.resolve()
    await flush
  },
  'dispose() ends flush()': async (s) => {
    const rig = new SubjectRig(s, { listeners: [() => new Promise<void>(() => {})] })
    rig.breaker.disable()
    const flush = rig.breaker.flush()
    rig.breaker.dispose()
    assert.isFalse(await flush)
  },
  'flush() resolves with false when its timeout has passed, and with true before': async (s) => {
    const slow = new Slow()
    const rig = new SubjectRig(s, { listeners: [slow.listener, () => Promise.reject(new Error())] })
    rig.breaker.disable()
    assert.isFalse(await rig.breaker.flush({ timeoutMs: 5 }))
    assert.isFalse(await rig.breaker.flush({ timeoutMs: 0 }))
    const flush = rig.breaker.flush({ timeoutMs: 60_000 })
    await slow.settle()
    assert.isTrue(await flush)
    assert.isTrue(await rig.breaker.flush({ timeoutMs: Number.POSITIVE_INFINITY }))
    assert.isTrue(await new s.core.CircuitBreaker({ name: 'x' }).flush({ timeoutMs: 0 }))
  },
  'flush() does not wait for a delivery that is overdue': async (s) => {
    const rig = new SubjectRig(s, { listeners: [() => new Promise<void>(() => {})] })
    rig.breaker.disable()
    rig.clock.advance(30_001)
    assert.isTrue(await rig.breaker.flush())
  },
  'flush() throws for an invalid timeout': (s) => {
    const { breaker } = new SubjectRig(s)
    const timeoutMs = 'flush: timeoutMs must be a number of milliseconds from 0'
    assert.throws(() => breaker.flush({ timeoutMs: -1 }), RangeError, `${timeoutMs}, got -1`)
    assert.throws(() => breaker.flush({ timeoutMs: Number.NaN }), RangeError, timeoutMs)
    assert.throws(() => breaker.flush({ timeoutMs: '5' as never }), TypeError, timeoutMs)
  },
})
