import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thenableWith } from '@fluxgate/testkit/thenable'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

type Settle = (value: unknown) => void

/** A promise cannot be resolved with what may not be touched, only be rejected with it. */
async function rejectsWith(promise: Promise<unknown>, error: unknown): Promise<boolean> {
  const [end] = await Promise.allSettled([promise])
  return end.status === 'rejected' && end.reason === error
}

/** The ways in which what fn returns can be strange. */
export const thenableCases = cases('4. Thenables', {
  'a thenable is awaited like a promise': async (s) => {
    for (const options of [undefined, { timeoutMs: 4_000 }]) {
      const rig = new SubjectRig(s)
      const good = thenableWith<number>((resolve) => Promise.resolve(7).then(resolve))
      assert.strictEqual(await rig.breaker.call(() => good, options), 7)
      const down = new Error('down')
      const bad = thenableWith<number>((_, reject) => Promise.reject(down).then(null, reject))
      assert.strictEqual(await rejection(rig.breaker.call(() => bad, options)), down)
      assert.strictEqual(rig.recorded, '2/1')
    }
  },
  'a thenable that calls back synchronously': async (s) => {
    for (const options of [undefined, { timeoutMs: 4_000 }]) {
      const rig = new SubjectRig(s)
      const at = thenableWith<number>((resolve) => resolve?.(7) as never)
      assert.strictEqual(await rig.breaker.call(() => at, options), 7)
      assert.strictEqual(rig.recorded, '1/0')
      assert.strictEqual(rig.breaker.inFlight, 0)
    }
  },
  'a thenable that settles twice counts once, by its first word': async (s) => {
    for (const options of [undefined, { timeoutMs: 4_000 }]) {
      const rig = new SubjectRig(s)
      const twice = thenableWith<number>(((resolve: Settle, reject: Settle) => {
        resolve(1)
        reject(new Error('second thoughts'))
        resolve(2)
      }) as never)
      assert.strictEqual(await rig.breaker.call(() => twice, options), 1)
      await microtasks()
      assert.deepEqual(rig.outcomes, ['success'])
      assert.strictEqual(rig.breaker.inFlight, 0)
    }
  },
  'a thenable that throws from its then is an error, unless it has called back': async (s) => {
    for (const options of [undefined, { timeoutMs: 4_000 }]) {
      const rig = new SubjectRig(s)
      const down = new Error('from then')
      const throws = thenableWith<number>(() => {
        throw down
      })
      assert.strictEqual(await rejection(rig.breaker.call(() => throws, options)), down)
      const late = thenableWith<number>(((resolve: Settle) => {
        resolve(3)
        throw down
      }) as never)
      assert.strictEqual(await rig.breaker.call(() => late, options), 3)
      assert.deepEqual(rig.outcomes, ['failure', 'success'])
    }
  },
  'a then that cannot be read is an error of call(), and a mere value to callSync()': async (s) => {
    for (const options of [undefined, { timeoutMs: 4_000 }]) {
      const rig = new SubjectRig(s)
      const down = new Error('no then for you')
      const hostile = Object.defineProperty({}, 'then', {
        get() {
          throw down
        },
      })
      assert.strictEqual(await rejection(rig.breaker.call(() => hostile, options)), down)
      assert.strictEqual(
        rig.breaker.callSync(() => hostile),
        hostile,
      )
      assert.deepEqual(rig.outcomes, ['failure', 'success'])
      assert.strictEqual(rig.breaker.inFlight, 0)
    }
  },
  'a thenable of thenables is followed to its end': async (s) => {
    const rig = new SubjectRig(s)
    const inner = thenableWith<number>((resolve) => resolve?.(5) as never)
    const outer = thenableWith<PromiseLike<number>>((resolve) => resolve?.(inner) as never)
    assert.strictEqual(await rig.breaker.call(() => outer as PromiseLike<unknown>), 5)
    assert.strictEqual(rig.recorded, '1/0')
  },
  'a thenable that never calls back holds a probe for its lease only': (s) => {
    const rig = new SubjectRig(s, { probes: 1, probeLeaseMs: 100 }).enter('half_open')
    void rig.breaker.call(() => thenableWith(() => new Promise<never>(() => {})))
    assert.isFalse(rig.admits())
    rig.clock.advance(100)
    assert.isTrue(rig.admits())
  },
  'a thenable that never calls back can be aborted and timed out': async (s) => {
    const rig = new SubjectRig(s)
    const never = () => thenableWith<void>(() => new Promise<never>(() => {}))
    const controller = new AbortController()
    const call = rig.breaker.call(never, { signal: controller.signal })
    controller.abort(new Error('enough'))
    assert.strictEqual(String(await rejection(call)), 'Error: enough')
    assert.instanceOf(
      await rejection(rig.breaker.call(never, { timeoutMs: 5 })),
      s.core.TimeoutError,
    )
    assert.deepEqual(rig.outcomes, ['aborted', 'failure'])
  },
  'frozen and proxied errors reach the caller as they are': async (s) => {
    for (const error of [
      Object.freeze(new Error('frozen')),
      new Proxy(new Error('proxied'), {}),
      new Proxy(
        {},
        {
          get() {
            throw new Error('hands off')
          },
          has() {
            throw new Error('hands off')
          },
        },
      ),
      Object.freeze(Object.create(null)),
    ]) {
      const rig = new SubjectRig(s)
      assert.isTrue(
        await rejectsWith(
          rig.breaker.call(() => Promise.reject(error)),
          error,
        ),
      )
      const bounded = rig.breaker.call(() => Promise.reject(error), { timeoutMs: 4_000 })
      assert.isTrue(await rejectsWith(bounded, error))
      const throwing = () => {
        throw error
      }
      assert.isTrue(thrown(() => rig.breaker.callSync(throwing)) === error)
      assert.strictEqual(rig.events.length, 3)
      assert.strictEqual(rig.state, 'open')
    }
  },
  'a revoked proxy as an error opens the circuit like any other': async (s) => {
    const rig = new SubjectRig(s)
    const { proxy, revoke } = Proxy.revocable(new Error('gone'), {})
    revoke()
    for (let i = 0; i < 3; i++) {
      assert.isTrue(
        await rejectsWith(
          rig.breaker.call(() => Promise.reject(proxy)),
          proxy,
        ),
      )
    }
    assert.strictEqual(rig.state, 'open')
  },
  'calls that settle after the listeners have gone settle all the same': async (s) => {
    const rig = new SubjectRig(s)
    const gate = new Deferred<number>()
    const call = rig.breaker.call(() => gate.promise)
    rig.breaker.dispose()
    gate.resolve(9)
    assert.strictEqual(await call, 9)
    assert.strictEqual(rig.recorded, '1/0')
    assert.deepEqual(rig.events, [])
  },
})
