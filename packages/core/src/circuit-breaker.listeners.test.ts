import { describe, expect, test, vi } from 'vitest'
import { microtasks } from '../test/microtasks.ts'
import { Rig } from '../test/rig.ts'
import { type CallEvent, CircuitBreaker, type Listener, type Signal } from './index.ts'

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
    expect(rig.told).toEqual(Array(times).fill(told))
  })

  test('and goes on being told', async () => {
    const onSignal = vi.fn(run)
    const rig = new Rig({ listeners: [onSignal as () => void] })
    rig.breaker.disable()
    rig.breaker.reset()
    rig.breaker.disable()
    await rig.breaker.flush()
    expect(onSignal).toHaveBeenCalledTimes(3)
    expect(rig.told).toHaveLength(3)
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
  expect(rig.told).toEqual([told, told])
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

describe('onAttach', () => {
  test('is given the whole breaker, and its undo runs once, when it leaves', () => {
    const undo = vi.fn()
    const onAttach = vi.fn((_circuit: CircuitBreaker) => undo)
    const { breaker } = new Rig()
    const leave = breaker.subscribe({ onAttach })
    expect(onAttach.mock.calls).toEqual([[breaker]])
    expect(undo).not.toHaveBeenCalled()
    leave()
    leave()
    breaker.dispose()
    expect(undo).toHaveBeenCalledTimes(1)
  })

  test('in the constructor it can use all of it', () => {
    const seen: unknown[] = []
    const breaker: CircuitBreaker = new CircuitBreaker({
      name: 'payments',
      listeners: [
        {
          onAttach: (circuit) =>
            void seen.push(
              circuit.snapshot(),
              circuit.callSync(() => 1),
            ),
        },
      ],
    })
    expect(seen).toEqual([expect.objectContaining({ name: 'payments', state: 'closed' }), 1])
    expect(breaker.snapshot().metrics.total).toBe(1)
  })

  test('may leave at once', () => {
    const undo = vi.fn()
    const onSignal = vi.fn()
    const { breaker } = new Rig()
    breaker.subscribe({
      onSignal,
      onAttach(circuit) {
        circuit.dispose()
        return undo
      },
    })
    expect(undo).toHaveBeenCalledTimes(1)
    breaker.disable()
    expect(onSignal).not.toHaveBeenCalled()
  })
})

describe('joining and leaving', () => {
  test('subscribe returns its undo, for that one subscription', () => {
    const seen: string[] = []
    const { breaker } = new Rig()
    const listener = ({ newState }: Signal) => void seen.push(newState)
    const leave = breaker.subscribe(listener)
    breaker.subscribe(listener)
    leave()
    leave()
    breaker.disable()
    expect(seen).toEqual(['disabled'])
  })

  test.each([
    ['dispose', (breaker: CircuitBreaker) => breaker.dispose()],
    ['Symbol.dispose', (breaker: CircuitBreaker) => breaker[Symbol.dispose]()],
  ])('%s detaches all, and the circuit goes on', (_, dispose) => {
    const undo = vi.fn()
    const rig = new Rig({ listeners: [{ onAttach: () => undo }, { onAttach: () => undo }] })
    dispose(rig.breaker)
    dispose(rig.breaker)
    expect(undo).toHaveBeenCalledTimes(2)
    rig.fail(3)
    expect(rig.breaker.state).toBe('open')
    expect([rig.signals, rig.events]).toEqual([[], []])
    const later = vi.fn()
    rig.breaker.subscribe(later)
    rig.breaker.reset()
    expect(later).toHaveBeenCalledTimes(1)
  })

  test('a using block disposes', () => {
    const undo = vi.fn()
    {
      using breaker = new CircuitBreaker({ name: 'x', listeners: [{ onAttach: () => undo }] })
      expect(breaker.state).toBe('closed')
    }
    expect(undo).toHaveBeenCalledTimes(1)
  })

  test('who leaves while a signal is told is not told it any more', () => {
    const second = vi.fn()
    const rig = new Rig({ listeners: [() => leave()] })
    const leave = rig.breaker.subscribe(second)
    rig.breaker.disable()
    expect(second).not.toHaveBeenCalled()
  })

  test('who leaves while a call is told is not told it any more', () => {
    const second = vi.fn()
    const rig = new Rig({ listeners: [{ onCall: () => leave() }] })
    const leave = rig.breaker.subscribe({ onCall: second })
    rig.succeed()
    expect(second).not.toHaveBeenCalled()
  })

  test('who leaves while being told disturbs nobody', () => {
    const seen: string[] = []
    const rig = new Rig()
    const leave = rig.breaker.subscribe(() => {
      seen.push('first')
      leave()
    })
    rig.breaker.subscribe(() => void seen.push('second'))
    rig.breaker.disable()
    rig.breaker.reset()
    expect(seen).toEqual(['first', 'second', 'second'])
  })

  test('who joins while being told hears what comes next, once', () => {
    const late: (Signal | CallEvent)[] = []
    let joined = false
    const join = () => {
      if (joined) return
      joined = true
      const push = (one: Signal | CallEvent) => void late.push(one)
      rig.breaker.subscribe({ onSignal: push, onCall: push })
    }
    const rig: Rig = new Rig({ listeners: [{ onCall: join }] })
    rig.succeed()
    expect(late).toEqual([])
    rig.fail(3)
    expect(late.map((one) => ('outcome' in one ? one.outcome : one.newState))).toEqual([
      'failure',
      'failure',
      'failure',
      'open',
    ])
  })

  test('who joins with a signal being told is not told that one', () => {
    const late = vi.fn()
    const rig: Rig = new Rig({
      listeners: [
        ({ newState }) => {
          if (newState === 'disabled') rig.breaker.subscribe(late)
        },
      ],
    })
    rig.breaker.disable()
    expect(late).not.toHaveBeenCalled()
    rig.breaker.forceOpen()
    expect(late.mock.calls).toEqual([[expect.objectContaining({ newState: 'forced_open' })]])
  })
})
