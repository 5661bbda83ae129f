import { microtasks } from '@fluxgate/testkit/microtasks'
import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test } from 'vitest'
import { failureStreak } from '../../src/index.ts'
import { caught } from './caught.ts'
import { otherRealm } from './realm.ts'

const realm = await otherRealm()
const down = new Error('down')

type Settle = (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void

/** What has a `then` that does as it likes. */
function thenable(settle: Settle): PromiseLike<unknown> {
  // biome-ignore lint/suspicious/noThenProperty: to have one is its whole point
  return { then: settle } as PromiseLike<unknown>
}

/** The ways through a breaker: with and without a time limit and a signal of the caller. */
const ways = [
  ['plainly', () => undefined],
  ['with a time limit', () => ({ timeoutMs: 60_000 })],
  ['with a signal', () => ({ signal: new AbortController().signal })],
] as const

describe.each(ways)('%s', (_, options) => {
  const outcomes = ({ events }: Rig) => events.map(({ outcome }) => outcome)

  test.each<[string, 'success' | 'failure', Settle]>([
    ['calls back at once', 'success', (resolve) => resolve('value')],
    ['rejects at once', 'failure', (_resolve, reject) => reject(down)],
    [
      'resolves twice',
      'success',
      (resolve) => {
        resolve('value')
        resolve('other')
      },
    ],
    [
      'resolves, then rejects',
      'success',
      (resolve, reject) => {
        resolve('value')
        reject(new Error('other'))
      },
    ],
    [
      'rejects, then resolves, then throws',
      'failure',
      (resolve, reject) => {
        reject(down)
        resolve('other')
        throw new Error('other')
      },
    ],
    [
      'resolves, then throws',
      'success',
      (resolve) => {
        resolve('value')
        throw new Error('other')
      },
    ],
    [
      'throws',
      'failure',
      () => {
        throw down
      },
    ],
    [
      'resolves with another that settles twice later',
      'success',
      (resolve) =>
        resolve(
          thenable((inner, reject) => {
            queueMicrotask(() => inner('value'))
            queueMicrotask(() => reject(new Error('other')))
          }),
        ),
    ],
  ])('a thenable that %s: one outcome', async (_name, outcome, settle) => {
    const rig = new Rig()
    const call = () => rig.breaker.call(() => thenable(settle), options())
    if (outcome === 'success') expect(await call()).toBe('value')
    else expect(await caught(call)).toEqual({ error: down })
    await microtasks()
    expect(outcomes(rig)).toEqual([outcome])
    expect(rig.breaker.inFlight).toBe(0)
    expect(rig.errors).toEqual([])
  })

  test('one that never calls back holds up nobody else', async () => {
    const rig = new Rig()
    void rig.breaker.call(() => thenable(() => {}), options())
    expect(await rig.breaker.call(() => 'value', options())).toBe('value')
    expect(rig.breaker.inFlight).toBe(1)
    expect(rig.breaker.snapshot().metrics.total).toBe(1)
    rig.fail(3)
    expect(rig.breaker.state).toBe('open')
  })

  test('one that calls back when the circuit has long moved on is counted nowhere', async () => {
    const rig = new Rig()
    let late: (value: unknown) => void = () => {}
    const call = rig.breaker.call(
      () =>
        thenable((resolve) => {
          late = resolve
        }),
      options(),
    )
    await microtasks()
    rig.fail(3)
    late('late')
    late('later still')
    expect(await call).toBe('late')
    expect(rig.events.at(-1)).toMatchObject({ outcome: 'success', stale: true, state: 'closed' })
    expect(rig.breaker.state).toBe('open')
  })

  test('its then is looked up once', async () => {
    let lookups = 0
    const value = Object.defineProperty({}, 'then', {
      get() {
        lookups++
        return (resolve: (value: string) => void) => resolve('value')
      },
    })
    const rig = new Rig()
    expect(await rig.breaker.call(() => value, options())).toBe('value')
    expect(lookups).toBe(1)
  })

  test('promises of another realm are waited for', async () => {
    const rig = new Rig({ tripper: failureStreak(1) })
    const later = new realm.Function('value', 'return Promise.resolve().then(() => value)')
    const never = new realm.Function('error', 'return Promise.reject(error)')
    const value = {}
    expect(await rig.breaker.call(() => later(value), options())).toBe(value)
    expect(await rig.breaker.wrap(later as (v: object) => unknown, options())(value)).toBe(value)
    expect(await caught(() => rig.breaker.call(() => never(down), options()))).toEqual({
      error: down,
    })
    expect(outcomes(rig)).toEqual(['success', 'success', 'failure'])
    expect(rig.breaker.state).toBe('open')
  })
})

test('an async function of another realm is one', async () => {
  const rig = new Rig()
  const run = new realm.Function('return async () => { await null; return this === undefined }')()
  expect(await rig.breaker.call(run)).toBeTypeOf('boolean')
  expect(() => rig.breaker.callSync(run)).toThrow(/use call\(\)/)
  expect(rig.breaker.snapshot().metrics).toMatchObject({ total: 1, failures: 0 })
})

test('options and signals of another realm are as good as ours', async () => {
  const rig = new Rig()
  const make = new realm.Function('options', 'return Object.assign({}, options)')
  const caller = new AbortController()
  const options = make({ signal: caller.signal, timeoutMs: 60_000 })
  const call = rig.breaker.call(() => new realm.Promise(() => {}), options)
  caller.abort('enough')
  expect(await caught(() => call)).toEqual({ error: 'enough' })
  expect(rig.events.map(({ outcome }) => outcome)).toEqual(['aborted'])
})
