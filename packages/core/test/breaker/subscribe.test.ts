import { Rig } from '@fluxgate/testkit/rig'
import { describe, expect, test, vi } from 'vitest'
import { type CallEvent, CircuitBreaker, type Signal } from '../../src/index.ts'
import { ManualClock } from '../../src/testing/index.ts'

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

  test('may return what is no function: there is nothing to undo', () => {
    const met: CircuitBreaker[] = []
    const rig = new Rig()
    const onAttach = (circuit: CircuitBreaker) => met.push(circuit) as never
    rig.breaker.subscribe({ onAttach })()
    rig.breaker.subscribe({
      onAttach(circuit) {
        circuit.dispose()
        return onAttach(circuit)
      },
    })
    expect(rig.errors).toEqual([])
  })
})

test('events of calls are made only while somebody listens to them', () => {
  const clock = new ManualClock()
  const timestamp = vi.spyOn(clock, 'timestamp')
  const breaker = new CircuitBreaker({ name: 'payments', clock, listeners: [() => {}] })
  timestamp.mockClear()
  breaker.callSync(() => 1)
  expect(timestamp).not.toHaveBeenCalled()
  const leave = breaker.subscribe({ onCall: () => {} })
  breaker.callSync(() => 1)
  expect(timestamp).toHaveBeenCalledTimes(1)
  leave()
  breaker.callSync(() => 1)
  expect(timestamp).toHaveBeenCalledTimes(1)
  breaker.forceOpen()
  timestamp.mockClear()
  expect(breaker.tryAcquire()).toBeUndefined()
  expect(timestamp).not.toHaveBeenCalled()
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
