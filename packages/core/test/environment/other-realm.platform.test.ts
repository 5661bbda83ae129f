import { anyError, errorType, failureStreak } from '@fluxgate/core'
import { Rig } from '@fluxgate/testkit/rig'
import { rejection } from '@fluxgate/testkit/thrown'
import { describe, expect, test } from 'vitest'
import { otherRealm } from './realm.ts'

const realm = await otherRealm()
const down = new Error('down')

describe('an error of another realm', () => {
  test('opens the circuit, reaches the caller and becomes the cause of the rejections', async () => {
    const { breaker } = new Rig({ tracker: anyError() })
    const error = new realm.TypeError('fetch failed')
    for (let i = 0; i < 3; i++) {
      expect(await rejection(breaker.call(() => Promise.reject(error)))).toBe(error)
    }
    expect(breaker.state).toBe('open')
    expect(await rejection(breaker.call(() => 1))).toMatchObject({
      cause: { name: 'TypeError', message: 'fetch failed' },
    })
  })

  test('matches errorType() with the class of this realm, also by a base class', () => {
    for (const type of [TypeError, Error]) {
      const rig = new Rig({ tracker: errorType(type) })
      rig.fail(3, new realm.TypeError('fetch failed'))
      expect(rig.state).toBe('open')
    }
  })

  test('does not match errorType() with another class', () => {
    const rig = new Rig({ tracker: errorType(RangeError) })
    rig.fail(3, new realm.TypeError('fetch failed'))
    expect(rig.recorded).toBe('3/0')
  })

  test('matches errorType() of this realm when it is an instance of a subclass', () => {
    const Sub = new realm.Function('return class Sub extends TypeError {}')()
    const rig = new Rig({ tracker: errorType(TypeError) })
    rig.fail(3, new Sub('fetch failed'))
    expect(rig.state).toBe('open')
  })

  test('matches errorType() with the class of its own realm', () => {
    const rig = new Rig({ tracker: errorType(realm.TypeError) })
    rig.fail(3, new realm.TypeError('fetch failed'))
    expect(rig.state).toBe('open')
  })
})

/** The three code paths of call(): without options, with a time limit, with a signal. */
const paths = [
  ['without options', () => undefined],
  ['with a time limit', () => ({ timeoutMs: 60_000 })],
  ['with a signal', () => ({ signal: new AbortController().signal })],
] as const

test.each(paths)('a promise of another realm is awaited %s', async (_, options) => {
  const rig = new Rig({ tripper: failureStreak(1) })
  const resolves = new realm.Function('value', 'return Promise.resolve().then(() => value)')
  const rejects = new realm.Function('error', 'return Promise.reject(error)')
  const wrapped = rig.breaker.wrap(resolves as (value: object) => unknown, options())
  const value = {}
  expect(await rig.breaker.call(() => resolves(value), options())).toBe(value)
  expect(await wrapped(value)).toBe(value)
  expect(await rejection(rig.breaker.call(() => rejects(down), options()))).toBe(down)
  expect(rig.outcomes).toEqual(['success', 'success', 'failure'])
  expect(rig.state).toBe('open')
})

test('callSync() throws for an async function of another realm', async () => {
  const rig = new Rig()
  const run = new realm.Function('return async () => { await null; return this === undefined }')()
  expect(await rig.breaker.call(run)).toBeTypeOf('boolean')
  expect(() => rig.breaker.callSync(run)).toThrow(/use call\(\)/)
  expect(rig.recorded).toBe('1/0')
})

test('call() accepts options of another realm', async () => {
  const rig = new Rig()
  const copy = new realm.Function('options', 'return Object.assign({}, options)')
  const controller = new AbortController()
  const options = copy({ signal: controller.signal, timeoutMs: 60_000 })
  const call = rig.breaker.call(() => new realm.Promise(() => {}), options)
  controller.abort('enough')
  expect(await rejection(call)).toBe('enough')
  expect(rig.outcomes).toEqual(['aborted'])
})
