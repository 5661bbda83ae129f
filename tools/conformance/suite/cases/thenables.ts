import { Deferred } from '@fluxgate/testkit/deferred'
import { microtasks } from '@fluxgate/testkit/microtasks'
import { SubjectRig } from '@fluxgate/testkit/subject-rig'
import { thenableWith } from '@fluxgate/testkit/thenable'
import { rejection, thrown } from '@fluxgate/testkit/thrown'
import { assert } from 'chai'
import { cases } from '../conformance-case.ts'

type Settle = (value: unknown) => void

/** Resolving a promise with such an error would read its `then`; rejecting with it does not. */
async function rejectsWith(promise: Promise<unknown>, error: unknown): Promise<boolean> {
  const [end] = await Promise.allSettled([promise])
  return end.status === 'rejected' && end.reason === error
}

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
  'a thenable that resolves synchronously is awaited': async (s) => {
    for (const options of [undefined, { timeoutMs: 4_000 }]) {
      const rig = new SubjectRig(s)
      const at = thenableWith<number>((resolve) => resolve?.(7) as never)
      assert.strictEqual(await rig.breaker.call(() => at, options), 7)
      assert.strictEqual(rig.recorded, '1/0')
      assert.strictEqual(rig.breaker.inFlight, 0)
    }
  },
  'a thenable that settles twice counts once, with its first result': async (s) => {
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
  'a thenable whose then throws is an error unless it has resolved before': async (s) => {
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
  'a then whose getter throws is an error for call() and a value for callSync()': async (s) => {
    for (const options of [undefined, { timeoutMs: 4_000 }]) {
      const rig = new SubjectRig(s)
      const down = new Error('no then')
      const unreadable = Object.defineProperty({}, 'then', {
        get() {
          throw down
        },
      })
      assert.strictEqual(await rejection(rig.breaker.call(() => unreadable, options)), down)
      assert.strictEqual(
        rig.breaker.callSync(() => unreadable),
        unreadable,
      )
      assert.deepEqual(rig.outcomes, ['failure', 'success'])
      assert.strictEqual(rig.breaker.inFlight, 0)
    }
  },
  'nested thenables are resolved': async (s) => {
    const rig = new SubjectRig(s)
    const inner = thenableWith<number>((resolve) => resolve?.(5) as never)
    const outer = thenableWith<PromiseLike<number>>((resolve) => resolve?.(inner) as never)
    assert.strictEqual(await rig.breaker.call(() => outer as PromiseLike<unknown>), 5)
    assert.strictEqual(rig.recorded, '1/0')
  },
  'a thenable that never settles holds its probe slot until the lease ends': (s) => {
    const rig = new SubjectRig(s, { probes: 1, probeLeaseMs: 100 }).enter('half_open')
    void rig.breaker.call(() => thenableWith(() => new Promise<never>(() => {})))
    assert.isFalse(rig.admits())
    rig.clock.advance(100)
    assert.isTrue(rig.admits())
  },
  'a thenable that never settles can be aborted and can time out': async (s) => {
    const rig = new SubjectRig(s)
    const never = () => thenableWith<void>(() => new Promise<never>(() => {}))
    const controller = new AbortController()
    const call = rig.breaker.call(never, { signal: controller.signal })
    controller.abort(new Error('enough'))
    assert.strictEqual(String(await rejection(call)), 'Error: enough')
    const late = rig.breaker.call(never, { timeoutMs: 5 })
    rig.clock.advance(5)
    assert.instanceOf(await rejection(late), s.core.TimeoutError)
    assert.deepEqual(rig.outcomes, ['aborted', 'failure'])
  },
  'the caller receives frozen and proxied errors unchanged': async (s) => {
    for (const error of [
      Object.freeze(new Error('frozen')),
      new Proxy(new Error('proxied'), {}),
      new Proxy(
        {},
        {
          get() {
            throw new Error('a trap')
          },
          has() {
            throw new Error('a trap')
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
  'calls that settle after dispose() are recorded': async (s) => {
    const rig = new SubjectRig(s)
    const work = new Deferred<number>()
    const call = rig.breaker.call(() => work.promise)
    rig.breaker.dispose()
    work.resolve(9)
    assert.strictEqual(await call, 9)
    assert.strictEqual(rig.recorded, '1/0')
    assert.deepEqual(rig.events, [])
  },
})
