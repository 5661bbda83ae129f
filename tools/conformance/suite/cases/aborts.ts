import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

/** A signal that counts its abort listeners. */
function watched() {
  const controller = new AbortController()
  const { signal } = controller
  const count = { now: 0, ever: 0 }
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count.now++
    count.ever++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count.now--
    remove(...args)
  }
  return { controller, signal, count }
}

/** A body like those of fetch: it fails when the signal aborts. */
function endlessBody(signal: AbortSignal | undefined): ReadableStream<string> {
  return new ReadableStream({
    start(stream) {
      stream.enqueue('first chunk')
      signal?.addEventListener('abort', () => stream.error(signal.reason))
    },
  })
}

export const abortCases = cases('4. Abort', {
  'an aborted signal rejects the call with its reason and does not run fn': async (s) => {
    const rig = new SubjectRig(s, { probes: 1 })
    rig.fail(3)
    rig.clock.advance(1_000)
    rig.clearRecords()
    const reason = new Error('changed my mind')
    let ran = false
    const call = rig.breaker.call(
      () => {
        ran = true
      },
      { signal: AbortSignal.abort(reason) },
    )
    assert.strictEqual(await rejection(call), reason)
    assert.isFalse(ran)
    assert.strictEqual(rig.state, 'open') // the call did not reach the circuit
    assert.deepEqual(rig.events, [])
  },
  'an abort during the call rejects at once with its reason': async (s) => {
    for (const reason of [new Error('stop'), 'text', 0, null]) {
      const rig = new SubjectRig(s)
      const controller = new AbortController()
      const call = rig.breaker.call(() => new Promise(() => {}), { signal: controller.signal })
      rig.clock.advance(15)
      controller.abort(reason)
      assert.strictEqual(await rejection(call), reason)
      assert.deepInclude(rig.events[0], { outcome: 'aborted', durationMs: 15, stale: false })
      assert.strictEqual(rig.recorded, '0/0')
      assert.strictEqual(rig.breaker.inFlight, 0)
    }
  },
  'the signal of fn aborts with the caller, with and without a time limit': async (s) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const { breaker } = new SubjectRig(s)
      const controller = new AbortController()
      const reason = new Error('stop')
      let seen: unknown
      const call = breaker.call(
        ({ signal }) =>
          new Promise((_, reject) => {
            signal?.addEventListener('abort', () => {
              seen = signal.reason
              reject(signal.reason)
            })
          }),
        { signal: controller.signal, timeoutMs },
      )
      controller.abort(reason)
      assert.strictEqual(await rejection(call), reason)
      assert.strictEqual(seen, reason)
    }
  },
  'a settlement of fn after the abort is ignored': async (s) => {
    const rig = new SubjectRig(s)
    const controller = new AbortController()
    const work = new Deferred()
    const call = rig.breaker.call(() => work.promise, { signal: controller.signal })
    controller.abort(new Error('stop'))
    await rejection(call)
    work.reject(new Error('too late')) // must not be an unhandled rejection
    await microtasks()
    assert.deepEqual(rig.outcomes, ['aborted'])
    assert.strictEqual(rig.recorded, '0/0')
  },
  'an abort after the call has no effect': async (s) => {
    const rig = new SubjectRig(s)
    const controller = new AbortController()
    assert.strictEqual(await rig.breaker.call(() => 1, { signal: controller.signal }), 1)
    controller.abort()
    assert.deepEqual(rig.outcomes, ['success'])
  },
  'an abort by fn is the outcome of its call': async (s) => {
    const rig = new SubjectRig(s)
    const controller = new AbortController()
    const call = rig.breaker.call(
      async () => {
        controller.abort(new Error('from within'))
        return 1
      },
      { signal: controller.signal },
    )
    assert.strictEqual(String(await rejection(call)), 'Error: from within')
    assert.deepEqual(rig.outcomes, ['aborted'])
  },
  'aborts do not open the circuit': async (s) => {
    const rig = new SubjectRig(s, { tripper: s.core.failureRate(0.1) })
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController()
      const call = rig.breaker.call(() => new Promise(() => {}), { signal: controller.signal })
      controller.abort()
      await rejection(call)
    }
    assert.strictEqual(rig.state, 'closed')
  },
  'a settled call leaves no abort listener': async (s) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const { breaker, clock } = new SubjectRig(s)
      const { signal, count } = watched()
      await breaker.call(() => 1, { signal, timeoutMs })
      await rejection(breaker.call(() => Promise.reject(new Error('x')), { signal, timeoutMs }))
      await Promise.all([1, 2, 3].map(() => breaker.call(async () => 1, { signal, timeoutMs })))
      await rejection(
        breaker.call(
          () => {
            throw new Error('at once')
          },
          { signal, timeoutMs },
        ),
      )
      const late = breaker.call(() => new Promise(() => {}), { signal, timeoutMs: 1 })
      clock.advance(1)
      await rejection(late)
      assert.strictEqual(count.now, 0)
      assert.isAbove(count.ever, 0)
    }
  },
  'a rejected call adds no abort listener': async (s) => {
    const { breaker } = new SubjectRig(s).enter('forced_open')
    const { signal, count } = watched()
    await rejection(breaker.call(() => 1, { signal }))
    assert.strictEqual(count.ever, 0)
  },
  'an abort by a listener during admission prevents fn from running': async (s) => {
    const controller = new AbortController()
    const reason = new Error('stop')
    const rig = new SubjectRig(s, { listeners: [() => controller.abort(reason)] })
    rig.breaker.trip({ forMs: 10 })
    rig.clock.advance(10)
    const fresh = new AbortController()
    rig.breaker.subscribe(() => fresh.abort(reason))
    let ran = false
    const call = rig.breaker.call(
      () => {
        ran = true
      },
      { signal: fresh.signal },
    )
    assert.strictEqual(await rejection(call), reason)
    assert.isFalse(ran)
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
  'one signal can abort many concurrent calls': async (s) => {
    const rig = new SubjectRig(s)
    const { controller, signal, count } = watched()
    const calls = Array.from({ length: 50 }, () =>
      rig.breaker.call(() => new Promise(() => {}), { signal }),
    )
    const settled = Promise.allSettled(calls)
    controller.abort(new Error('all of you'))
    const reasons = (await settled).map((one) => one.status === 'rejected' && one.reason)
    assert.isTrue(reasons.every((reason) => reason === signal.reason))
    assert.strictEqual(count.now, 0)
    assert.strictEqual(rig.breaker.inFlight, 0)
  },
  'an abort while the fallback runs rejects at once with its reason': async (s) => {
    for (const reason of [new Error('left'), new DOMException('too late', 'TimeoutError')]) {
      const rig = new SubjectRig(s)
      const controller = new AbortController()
      const { signal } = controller
      const started = new Deferred()
      const fallback = () => {
        started.resolve()
        return new Promise<never>(() => {})
      }
      const call = rig.breaker.call(() => Promise.reject(new Error('down')), { signal, fallback })
      await started.promise
      controller.abort(reason)
      assert.strictEqual(await rejection(call), reason)
      assert.deepEqual(rig.outcomes, ['failure'])
    }
  },
  'a fallback that settles leaves no abort listener': async (s) => {
    const { breaker } = new SubjectRig(s)
    const { signal, count } = watched()
    const failing = () => Promise.reject(new Error('down'))
    await breaker.call(failing, { signal, fallback: () => 1 })
    await rejection(breaker.call(failing, { signal, fallback: failing }))
    assert.strictEqual(count.now, 0)
    assert.isAbove(count.ever, 0)
  },
  'an aborted signal takes no probe slot': async (s) => {
    const rig = new SubjectRig(s, { probes: 1 }).enter('half_open')
    await rejection(rig.breaker.call(() => 1, { signal: AbortSignal.abort() }))
    assert.isDefined(rig.breaker.tryAcquire())
  },
  'an aborted call is not recorded, although the tracker matches every outcome': async (s) => {
    const tracker = s.core.anyError().or(s.core.resultWhere(() => true))
    const rig = new SubjectRig(s, { tracker })
    const before = rig.breaker.snapshot()
    const controller = new AbortController()
    const call = rig.breaker.call(() => new Promise(() => {}), { signal: controller.signal })
    controller.abort('stop')
    await rejection(call)
    assert.strictEqual(rig.breaker.snapshot(), before)
  },
  'an error of fn before the abort is the outcome of the call': async (s) => {
    const rig = new SubjectRig(s)
    const controller = new AbortController()
    const down = new Error('down')
    const call = rig.breaker.call(() => Promise.reject(down), { signal: controller.signal })
    assert.strictEqual(await rejection(call), down)
    controller.abort()
    assert.deepEqual(rig.outcomes, ['failure'])
  },
  'an abort still cancels a body that is read after the call settled': async (s) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const controller = new AbortController()
      const body = await new SubjectRig(s).breaker.call(({ signal }) => endlessBody(signal), {
        signal: controller.signal,
        timeoutMs,
      })
      const reader = body.getReader()
      assert.strictEqual((await reader.read()).value, 'first chunk')
      const next = reader.read()
      controller.abort('enough')
      assert.strictEqual(await rejection(next), 'enough')
    }
  },
})
