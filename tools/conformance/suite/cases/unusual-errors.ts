import type { CallNotPermittedError, Listener } from '@fluxgate/core'
import { COOLDOWN_MS, SubjectRig } from '@fluxgate/testkit/subject-rig'
import { assert } from 'chai'
import { type ConformanceCase, cases, table } from '../conformance-case.ts'

interface Row {
  readonly says: string
  /** Errors that cannot be read, written or converted; created for each use. */
  make(): unknown
}

const refuse = () => {
  throw new Error('a trap')
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable(new Error('down'), {})
  revoke()
  return proxy
}

const throwingProxy = () =>
  new Proxy(new Error('down'), {
    get: refuse,
    has: refuse,
    getPrototypeOf: refuse,
    getOwnPropertyDescriptor: refuse,
    ownKeys: refuse,
    set: refuse,
    defineProperty: refuse,
    isExtensible: refuse,
    preventExtensions: refuse,
  })

const rows: Row[] = [
  { says: 'a frozen error', make: () => Object.freeze(new Error('down')) },
  { says: 'a sealed object without a prototype', make: () => Object.seal(Object.create(null)) },
  { says: 'a revoked proxy', make: revokedProxy },
  { says: 'a proxy whose traps throw', make: throwingProxy },
  { says: 'a symbol', make: () => Symbol('down') },
  { says: 'a function', make: () => () => {} },
  { says: 'undefined', make: () => undefined },
  {
    says: 'an error whose properties throw',
    make: () =>
      Object.defineProperties(new Error('down'), {
        message: { get: refuse },
        name: { get: refuse },
      }),
  },
]

/** What a call rejects with or throws, in an object: resolving a promise with it would read its `then`. */
async function caught(call: () => unknown): Promise<{ readonly error: unknown }> {
  try {
    await call()
  } catch (error) {
    return { error }
  }
  return assert.fail('the call did not fail')
}

/** A failing assertion would print the value, which throws. */
const isSame = (actual: unknown, expected: unknown) => assert.isTrue(Object.is(actual, expected))

const calls = table(
  '4. Unusual errors',
  rows,
  ({ says }) => `${says} reaches the caller, counts as a failure and becomes the cause`,
  async ({ make }, s) => {
    const rig = new SubjectRig(s)
    const { breaker } = rig
    const error = make()
    const raise = () => {
      throw error
    }
    isSame((await caught(() => breaker.call(() => Promise.reject(error)))).error, error)
    isSame((await caught(() => breaker.call(raise, { timeoutMs: 60_000 }))).error, error)
    isSame((await caught(() => breaker.callSync(raise))).error, error)
    assert.strictEqual(breaker.state, 'open')
    assert.strictEqual(rig.signals.length, 1)
    assert.deepEqual(rig.outcomes, ['failure', 'failure', 'failure'])
    const { error: rejection } = await caught(() => breaker.call(raise))
    assert.isTrue(s.core.isCallNotPermitted(rejection))
    const { cause } = rejection as CallNotPermittedError
    if (error === undefined) return assert.isUndefined(cause)
    assert.isTrue(Object.isFrozen(cause))
    assert.deepEqual([typeof cause?.name, typeof cause?.message], ['string', 'string'])
  },
)

const variants = table(
  '4. Unusual errors',
  rows,
  ({ says }) => `${says} reaches fallbacks, wrapped functions, tickets and probes`,
  async ({ make }, s) => {
    const rig = new SubjectRig(s, { tripper: s.core.failureStreak(4) })
    const { breaker } = rig
    const error = make()
    const raise = () => {
      throw error
    }
    const fallback = (reason: unknown) => [reason]
    isSame((await breaker.call(raise, { fallback }))[0], error)
    isSame(breaker.callSync(raise, { fallback })[0], error)
    isSame((await caught(() => breaker.wrap(raise)())).error, error)
    breaker.acquire().failure(error)
    assert.strictEqual(breaker.state, 'open')
    assert.strictEqual(breaker.snapshot().retryAt, rig.clock.timestamp() + COOLDOWN_MS)
    assert.deepEqual(rig.errors, [])
    rig.clock.advance(COOLDOWN_MS)
    for (let i = 0; i < 4; i++) breaker.tryAcquire()?.failure(error)
    assert.deepInclude(breaker.snapshot(), { state: 'open', reopens: 1 })
  },
)

const listeners = table(
  '4. Unusual errors',
  rows,
  ({ says }) => `${says} that a listener throws is reported, and calls go on`,
  async ({ make }, s) => {
    const error = make()
    const raise = () => {
      throw error
    }
    const rig = new SubjectRig(s, {
      listeners: [raise, () => Promise.reject(error), { onCall: raise }],
    })
    assert.strictEqual(await rig.breaker.call(() => 'value'), 'value')
    rig.breaker.forceOpen()
    await rig.breaker.flush()
    assert.deepEqual(
      rig.errors.map(({ source }) => source),
      ['listener', 'listener', 'listener'],
    )
    for (const report of rig.errors) isSame(report.error, error)
  },
)

const trackers = table(
  '4. Unusual errors',
  rows,
  ({ says }) => `${says} is a failure when the tracker throws for it, and otherwise an answer`,
  ({ make }, s) => {
    const rig = new SubjectRig(s, { tracker: s.core.errorType(TypeError, s.core.TimeoutError) })
    rig.breaker.acquire().failure(make())
    assert.deepEqual(rig.outcomes, [rig.errors.length > 0 ? 'failure' : 'success'])
  },
)

const values = cases('4. Unusual errors', {
  'callSync() returns values whose properties throw': (s) => {
    const withThrowingThen = () => Object.defineProperty({}, 'then', { get: refuse })
    for (const make of [revokedProxy, throwingProxy, withThrowingThen]) {
      const rig = new SubjectRig(s)
      const value = make()
      isSame(
        rig.breaker.callSync(() => value),
        value,
      )
      isSame(rig.breaker.wrapSync(() => value)(), value)
      assert.deepEqual(rig.outcomes, ['success', 'success'])
    }
  },
  'listeners and onError may return values whose properties throw': async ({ core }) => {
    const unusual = () => throwingProxy() as never
    const errors: unknown[] = []
    const listeners: Listener[] = [unusual, { onCall: unusual }, refuse]
    const breaker = new core.CircuitBreaker({
      name: 'payments',
      listeners,
      onError: (error) => {
        errors.push(error)
        return unusual()
      },
    })
    assert.strictEqual(await breaker.call(() => 'value'), 'value')
    breaker.forceOpen()
    assert.deepEqual(errors.map(String), ['Error: a trap'])
  },
})

export const unusualErrorCases: readonly ConformanceCase[] = [
  ...calls,
  ...variants,
  ...listeners,
  ...trackers,
  ...values,
]
