import { COOLDOWN_MS, Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import {
  anyError,
  CircuitBreaker,
  cooldown,
  errorType,
  failureStreak,
  isCallNotPermitted,
  TimeoutError,
} from '../../src/index.ts'
import { caught } from './caught.ts'
import { otherRealm } from './realm.ts'

const realm = await otherRealm()

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable(new Error('down'), {})
  revoke()
  return proxy
}

/** Throws whatever is asked of it. */
function trapped(): object {
  const refuse = () => {
    throw new Error('a trap')
  }
  return new Proxy(new Error('down'), {
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
}

/** Each thrown once, by whoever cannot know better. */
const errors: readonly (readonly [string, () => unknown])[] = [
  ['frozen', () => Object.freeze(new Error('down'))],
  ['sealed, without a prototype', () => Object.seal(Object.create(null))],
  ['a revoked proxy', revoked],
  ['a proxy whose traps throw', trapped],
  ['an error of another realm', () => new realm.Error('down')],
  ['a symbol', () => Symbol('down')],
  ['a function', () => () => {}],
  ['undefined', () => undefined],
  [
    'an error whose properties throw',
    () =>
      Object.defineProperties(new Error('down'), {
        message: {
          get() {
            throw new Error('no message')
          },
        },
        name: {
          get() {
            throw new Error('no name')
          },
        },
      }),
  ],
]

describe.each(errors)('%s', (_, make) => {
  test('reaches its caller, counts, opens, and is the cause of the rejections', async () => {
    const { breaker, events, signals } = new Rig()
    const thrown = make()
    const reject = () => Promise.reject(thrown)
    const raise = () => {
      throw thrown
    }
    expect((await caught(() => breaker.call(reject))).error).toBe(thrown)
    expect((await caught(() => breaker.call(raise, { timeoutMs: 60_000 }))).error).toBe(thrown)
    expect((await caught(() => breaker.callSync(raise))).error).toBe(thrown)
    expect(breaker.state).toBe('open')
    expect(signals).toHaveLength(1)
    expect(events.map(({ outcome }) => outcome)).toEqual(['failure', 'failure', 'failure'])
    const { error: rejection } = await caught(() => breaker.call(raise))
    expect(isCallNotPermitted(rejection)).toBe(true)
    expect((rejection as Error).cause).toBe(thrown)
  })

  test('goes to the fallback, and through a wrap, a ticket and a trial', async () => {
    const rig = new Rig({ tripper: failureStreak(4) })
    const thrown = make()
    const raise = () => {
      throw thrown
    }
    const fallback = (error: unknown) => [error]
    expect((await rig.breaker.call(raise, { fallback }))[0]).toBe(thrown)
    expect(rig.breaker.callSync(raise, { fallback })[0]).toBe(thrown)
    expect((await caught(() => rig.breaker.wrap(raise)())).error).toBe(thrown)
    rig.breaker.acquire().failure(thrown)
    expect(rig.breaker.state).toBe('open')
    rig.clock.advance(COOLDOWN_MS)
    for (let i = 0; i < 4; i++) rig.breaker.tryAcquire()?.failure(thrown)
    expect(rig.breaker.snapshot()).toMatchObject({ state: 'open', reopens: 1 })
  })

  test('changes no schedule', async () => {
    const rig = new Rig({ tripper: failureStreak(1), retry: cooldown(5_000) })
    rig.breaker.acquire().failure(make())
    expect(rig.errors).toEqual([])
    expect(rig.breaker.snapshot().retryAt).toBe(rig.clock.timestamp() + 5_000)
  })

  test('does no harm when a listener throws it, and is told', async () => {
    const thrown = make()
    const raise = () => {
      throw thrown
    }
    const reject = () => Promise.reject(thrown)
    const rig = new Rig({ listeners: [raise, reject, { onCall: raise }] })
    expect(await rig.breaker.call(() => 'value')).toBe('value')
    rig.breaker.forceOpen()
    await rig.breaker.flush()
    expect(rig.errors.map(({ source }) => source)).toEqual(['listener', 'listener', 'listener'])
    expect(rig.errors.every(({ error }) => error === thrown)).toBe(true)
  })

  test('is judged by a tracker, or is a failure where it cannot be', async () => {
    const thrown = make()
    const rig = new Rig({ tracker: errorType(TypeError, TimeoutError) })
    rig.breaker.acquire().failure(thrown)
    expect(rig.events.map(({ outcome }) => outcome)).toEqual([
      rig.errors.length > 0 ? 'failure' : 'ignored',
    ])
  })
})

describe('an error of another realm', () => {
  test('is no instance of our class, as everywhere in JavaScript; anyError() counts it', () => {
    const theirs = new realm.TypeError('fetch failed')
    const typed = new Rig({ tracker: errorType(TypeError) })
    typed.fail(3, theirs)
    expect(typed.breaker.snapshot()).toMatchObject({ state: 'closed', metrics: { total: 0 } })
    const any = new Rig({ tracker: anyError() })
    any.fail(3, theirs)
    expect(any.breaker.state).toBe('open')
  })

  test('is one of theirs when their class is named', () => {
    const rig = new Rig({ tracker: errorType(realm.TypeError) })
    rig.fail(3, new realm.TypeError('fetch failed'))
    expect(rig.breaker.state).toBe('open')
  })
})

describe('a value that cannot be looked at is returned as it is', () => {
  test.each([
    ['a revoked proxy', revoked],
    ['a proxy whose traps throw', trapped],
    [
      'an object whose then throws',
      () =>
        Object.defineProperty({}, 'then', {
          get() {
            throw new Error('no then')
          },
        }),
    ],
  ])('by callSync: %s', (_, make) => {
    const { breaker, events } = new Rig()
    const value = make()
    expect(
      Object.is(
        breaker.callSync(() => value),
        value,
      ),
    ).toBe(true)
    expect(Object.is(breaker.wrapSync(() => value)(), value)).toBe(true)
    expect(events.map(({ outcome }) => outcome)).toEqual(['success', 'success'])
  })

  test('and as the result of a listener or of onError it harms nobody', async () => {
    const odd = () => trapped() as never
    const told: unknown[] = []
    const breaker = new CircuitBreaker({
      name: 'payments',
      listeners: [
        odd,
        { onCall: odd },
        () => {
          throw new Error('to be told')
        },
      ],
      onError: (error) => {
        told.push(error)
        return odd()
      },
    })
    expect(await breaker.call(() => 'value')).toBe('value')
    breaker.forceOpen()
    expect(told).toEqual([expect.objectContaining({ message: 'to be told' })])
  })
})
