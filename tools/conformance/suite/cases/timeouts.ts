import type { TimeoutError } from '@fluxgate/core'
import { Deferred } from '@fluxgate/testkit/deferred'
import { sleep } from '@fluxgate/testkit/sleep'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

const hang = () => new Promise<never>(() => {})

export const timeoutCases = cases('4. Timeout', {
  'a call that exceeds its time limit rejects with a TimeoutError': async (s) => {
    const { breaker } = new SubjectRig(s)
    const error = (await rejection(breaker.call(hang, { timeoutMs: 5 }))) as TimeoutError
    assert.instanceOf(error, s.core.TimeoutError)
    assert.instanceOf(error, Error)
    assert.strictEqual(error.name, 'TimeoutError')
    assert.strictEqual(error.circuitName, 'payments')
    assert.strictEqual(error.timeoutMs, 5)
    assert.match(error.message, /"payments".* 5 ms/)
  },
  'a call uses its own time limit, or else that of the breaker': async (s) => {
    const { breaker } = new SubjectRig(s, { timeoutMs: 5 })
    const byBreaker = (await rejection(breaker.call(hang))) as TimeoutError
    const byCall = (await rejection(breaker.call(hang, { timeoutMs: 10 }))) as TimeoutError
    assert.strictEqual(byBreaker.timeoutMs, 5)
    assert.strictEqual(byCall.timeoutMs, 10)
    const longer = breaker.call(() => sleep(20).then(() => 'in time'), { timeoutMs: 4_000 })
    assert.strictEqual(await longer, 'in time')
  },
  'the signal of fn aborts with the TimeoutError': async (s) => {
    const { breaker } = new SubjectRig(s)
    let given: AbortSignal | undefined
    const call = breaker.call(
      ({ signal }) => {
        given = signal
        return hang()
      },
      { timeoutMs: 5 },
    )
    assert.isFalse(given?.aborted)
    const error = await rejection(call)
    assert.isTrue(given?.aborted)
    assert.strictEqual(given?.reason, error)
  },
  'a timeout does not abort the caller’s signal': async (s) => {
    const { breaker } = new SubjectRig(s)
    const { signal } = new AbortController()
    await rejection(breaker.call(hang, { timeoutMs: 5, signal }))
    assert.isFalse(signal.aborted)
  },
  'each call has a signal of its own': async (s) => {
    const { breaker } = new SubjectRig(s, { timeoutMs: 4_000 })
    const seen = new Set<AbortSignal | undefined>()
    for (let i = 0; i < 3; i++) await breaker.call(({ signal }) => seen.add(signal))
    assert.strictEqual(seen.size, 3)
  },
  'the tracker decides whether a timeout is a failure or ignored': async (s) => {
    const { core } = s
    const counting = new SubjectRig(s, { tracker: core.errorType(core.TimeoutError) })
    await rejection(counting.breaker.call(hang, { timeoutMs: 5 }))
    assert.strictEqual(counting.recorded, '1/1')
    assert.deepEqual(counting.outcomes, ['failure'])
    const ignoring = new SubjectRig(s, { tracker: core.errorType(TypeError) })
    await rejection(ignoring.breaker.call(hang, { timeoutMs: 5 }))
    assert.strictEqual(ignoring.recorded, '0/0')
    assert.deepEqual(ignoring.outcomes, ['ignored'])
  },
  'a settlement of fn after its timeout is ignored': async (s) => {
    for (const late of ['resolve', 'reject'] as const) {
      const rig = new SubjectRig(s)
      const work = new Deferred<unknown>()
      await rejection(rig.breaker.call(() => work.promise, { timeoutMs: 5 }))
      work[late](new Error('too late'))
      await sleep(0)
      assert.deepEqual(rig.outcomes, ['failure'])
    }
  },
  'a function that rejects because of the timeout emits one event': async (s) => {
    const rig = new SubjectRig(s)
    const call = rig.breaker.call(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')))
        }),
      { timeoutMs: 5 },
    )
    assert.instanceOf(await rejection(call), s.core.TimeoutError)
    await sleep(0)
    assert.strictEqual(rig.events.length, 1)
  },
  'the fallback of a timed-out call runs once': async (s) => {
    const { breaker } = new SubjectRig(s)
    const work = new Deferred()
    let ran = 0
    const call = breaker.call(() => work.promise, { timeoutMs: 5, fallback: () => ++ran })
    assert.strictEqual(await call, 1)
    work.reject(new Error('too late'))
    await sleep(0)
    assert.strictEqual(ran, 1)
  },
  'the timer is cleared when the call settles': async (s) => {
    const { setTimeout: set, clearTimeout: clear } = globalThis
    const running = new Set<unknown>()
    const delays: unknown[] = []
    Object.assign(globalThis, {
      setTimeout: (...args: Parameters<typeof setTimeout>) => {
        const timer = set(...args)
        delays.push(args[1])
        running.add(timer)
        return timer
      },
      clearTimeout: (timer: ReturnType<typeof setTimeout>) => {
        running.delete(timer)
        clear(timer)
      },
    })
    try {
      const { breaker } = new SubjectRig(s, { timeoutMs: 60_000 })
      const controller = new AbortController()
      const aborted = breaker.call(hang, { signal: controller.signal })
      assert.strictEqual(running.size, 1)
      controller.abort(new Error('stop'))
      await rejection(aborted)
      await breaker.call(() => 1)
      await rejection(breaker.call(() => Promise.reject(new Error('x'))))
      await rejection(
        breaker.call(() => {
          throw new Error('at once')
        }),
      )
      assert.strictEqual(running.size, 0)
      assert.deepEqual([...new Set(delays)], [60_000])
      const timers = delays.length
      breaker.forceOpen()
      await rejection(breaker.call(hang))
      await rejection(breaker.call(hang, { signal: AbortSignal.abort() }))
      assert.strictEqual(delays.length, timers)
    } finally {
      Object.assign(globalThis, { setTimeout: set, clearTimeout: clear })
    }
  },
  'a timeout of the last probe opens the circuit': async (s) => {
    const rig = new SubjectRig(s, { probes: 1, timeoutMs: 5 }).enter('half_open')
    await rejection(rig.breaker.call(hang))
    assert.strictEqual(rig.state, 'open')
  },
  'a timeout is recorded with the time that passed': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    const call = rig.breaker.call(hang)
    rig.clock.advance(30_000)
    await rejection(call)
    assert.strictEqual(rig.breaker.snapshot().metrics.avgDurationMs, 30_000)
    assert.deepInclude(rig.events[0], { outcome: 'failure', durationMs: 30_000 })
    assert.instanceOf(rig.events[0]?.error, s.core.TimeoutError)
  },
  'timeouts open the circuit, and the last is the cause of the rejections': async (s) => {
    const { breaker } = new SubjectRig(s, { timeoutMs: 5 })
    const errors = await Promise.all([1, 2, 3].map(() => rejection(breaker.call(hang))))
    assert.strictEqual(breaker.state, 'open')
    assert.strictEqual(((await rejection(breaker.call(hang))) as Error).cause, errors[2])
  },
  'a tracker of results ignores a timeout': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5, tracker: s.core.resultWhere(() => true) })
    await rejection(rig.breaker.call(hang))
    assert.deepEqual(rig.outcomes, ['ignored'])
  },
  'a time limit does not apply to callSync()': (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    rig.breaker.callSync(() => rig.clock.advance(1_000))
    assert.strictEqual(rig.recorded, '1/0')
  },
  'an abort after the timeout has no effect': async (s) => {
    const rig = new SubjectRig(s, { timeoutMs: 5 })
    const controller = new AbortController()
    const call = rig.breaker.call(hang, { signal: controller.signal })
    assert.instanceOf(await rejection(call), s.core.TimeoutError)
    controller.abort('too late')
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'a probe that answers after its timeout does not close the circuit': async (s) => {
    const rig = new SubjectRig(s, { probes: 1, timeoutMs: 5 }).enter('half_open')
    const work = new Deferred()
    await rejection(rig.breaker.call(() => work.promise))
    work.resolve()
    await sleep(0)
    assert.strictEqual(rig.state, 'open')
    assert.deepEqual(rig.outcomes, ['failure'])
  },
})
