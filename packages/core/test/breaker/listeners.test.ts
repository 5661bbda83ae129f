import { microtasks } from '@fluxgate/testkit/microtasks'
import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test, vi } from 'vitest'
import { CircuitBreaker, type Listener, type Signal } from '../../src/index.ts'

const oops = new Error('oops')
const told = { error: oops, source: 'listener', circuitName: 'payments' }

/** All the ways in which a listener can go wrong. */
const bad: [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw oops
    },
  ],
  ['rejects', () => Promise.reject(oops)],
  ['returns a thenable that rejects', () => rejectingThenable()],
  ['returns a thenable that throws', () => throwingThenable()],
]
// biome-ignore lint/suspicious/noThenProperty: to have one is its whole point
const rejectingThenable = () => ({ then: (_: unknown, no: (error: Error) => void) => no(oops) })
const throwingThenable = () => ({
  // biome-ignore lint/suspicious/noThenProperty: to have one is its whole point
  then: () => {
    throw oops
  },
})

describe.each(bad)('a listener that %s harms nobody', (_, run) => {
  test.each(['onSignal', 'onCall'] as const)('in %s', async (ear) => {
    const after: unknown[] = []
    const listeners: Listener[] = [
      { [ear]: run },
      { [ear]: (one: unknown) => void after.push(one) },
    ]
    const rig = new Rig({ listeners })
    const value = {}
    const down = new Error('down')
    expect(await rig.breaker.call(() => value)).toBe(value)
    for (let i = 0; i < 3; i++) {
      await expect(rig.breaker.call(() => Promise.reject(down))).rejects.toBe(down)
    }
    await microtasks()
    expect(rig.breaker.state).toBe('open')
    const times = ear === 'onSignal' ? 1 : 4
    expect(after).toHaveLength(times)
    expect(rig.errors).toEqual(Array(times).fill(told))
  })

  test('and goes on being told', async () => {
    const onSignal = vi.fn(run)
    const rig = new Rig({ listeners: [onSignal as () => void] })
    rig.breaker.disable()
    rig.breaker.reset()
    rig.breaker.disable()
    await rig.breaker.flush()
    expect(onSignal).toHaveBeenCalledTimes(3)
    expect(rig.errors).toHaveLength(3)
  })
})

test('a listener that throws when it joins or leaves harms nobody', () => {
  const rig = new Rig()
  const leave = rig.breaker.subscribe({
    onAttach: () => () => {
      throw oops
    },
  })
  const stay = vi.fn()
  rig.breaker.subscribe({
    onAttach() {
      throw oops
    },
    onSignal: stay,
  })
  leave()
  rig.breaker.disable()
  expect(stay).toHaveBeenCalledTimes(1)
  expect(rig.errors).toEqual([told, told])
})

describe('listeners', () => {
  test('are a function or an object with any of three ears', () => {
    const seen: string[] = []
    const rig = new Rig({
      listeners: [
        ({ newState }) => void seen.push(`function ${newState}`),
        { onSignal: ({ newState }) => void seen.push(`object ${newState}`) },
        { onCall: ({ outcome }) => void seen.push(`call ${outcome}`) },
        { onAttach: ({ name, state }) => void seen.push(`attached to ${name}, ${state}`) },
      ],
    })
    rig.succeed()
    rig.breaker.disable()
    expect(seen).toEqual([
      'attached to payments, closed',
      'call success',
      'function disabled',
      'object disabled',
    ])
  })

  test('keep their this', () => {
    class Counter {
      signals = 0
      calls = 0
      attached = 0
      onSignal() {
        this.signals++
      }
      onCall() {
        this.calls++
      }
      onAttach() {
        this.attached++
        return () => void this.attached--
      }
    }
    const counter = new Counter()
    const rig = new Rig({ listeners: [counter] })
    rig.succeed()
    rig.breaker.disable()
    expect(counter).toMatchObject({ signals: 1, calls: 1, attached: 1 })
    rig.breaker.dispose()
    expect(counter.attached).toBe(0)
  })

  test('falsy entries are skipped', () => {
    const seen = vi.fn()
    const breaker = new CircuitBreaker({
      name: 'payments',
      listeners: [false, null, undefined, 0, '', seen],
    })
    breaker.disable()
    expect(seen).toHaveBeenCalledTimes(1)
  })

  test.each([undefined, null, 5, 'console', {}, { onsignal() {} }])('%j is none', (listener) => {
    const { breaker } = new Rig()
    const subscribe = () => breaker.subscribe(listener as never)
    expect(subscribe).toThrow(TypeError)
    expect(subscribe).toThrow(/^subscribe: listener must be a function, or an object with onSignal/)
  })

  test('one object may listen to many circuits, and to one twice', () => {
    const seen: string[] = []
    const listener = ({ circuitName }: Signal) => void seen.push(circuitName)
    const one = new CircuitBreaker({ name: 'one', listeners: [listener, listener] })
    const two = new CircuitBreaker({ name: 'two', listeners: [listener] })
    one.disable()
    two.disable()
    expect(seen).toEqual(['one', 'one', 'two'])
  })
})
