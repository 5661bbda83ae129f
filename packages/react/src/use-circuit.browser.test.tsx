import type { CircuitBreaker } from '@fluxgate/core'
import { act, cleanup, render } from '@testing-library/react'
import { StrictMode, useState } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createCircuit, fail, shownText, viewRecorder } from '../test/circuit-fixtures.tsx'
import type { CircuitView } from './circuit-view.ts'
import { useCircuit } from './use-circuit.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

/** Counts the active subscriptions of a circuit. */
function countSubscriptions(circuit: CircuitBreaker): { count: number } {
  const active = { count: 0 }
  const subscribe = circuit.subscribe.bind(circuit)
  vi.spyOn(circuit, 'subscribe').mockImplementation((listener) => {
    const unsubscribe = subscribe(listener)
    active.count++
    let unsubscribed = false
    return () => {
      if (!unsubscribed) active.count--
      unsubscribed = true
      unsubscribe()
    }
  })
  return active
}

describe('the view', () => {
  test('shows the circuit and its transitions', async () => {
    const circuit = createCircuit()
    const { views, Shown } = viewRecorder(circuit)
    render(<Shown />)
    expect(views).toEqual([
      {
        ready: true,
        name: 'payments',
        state: 'closed',
        since: Date.now(),
        retryAt: undefined,
        reopens: 0,
        healthy: false,
        permitted: true,
        call: expect.any(Function),
        reset: expect.any(Function),
      },
    ])
    expect(Object.isFrozen(views[0])).toBe(true)
    await act(() => circuit.call(fail).catch(() => {}))
    expect(views).toHaveLength(2)
    expect(views[1]).toMatchObject({
      state: 'open',
      permitted: false,
      cause: 'rule',
      reason: 'failure streak 1 ≥ 1 over 1 call',
      retryAt: Date.now() + 10_000,
    })
  })

  test('is the same object in another render', () => {
    const { views, Shown } = viewRecorder(createCircuit())
    const { rerender } = render(<Shown />)
    rerender(<Shown />)
    expect(views).toHaveLength(2)
    expect(views[1]).toBe(views[0])
  })

  test('has the same call and reset in every component', async () => {
    const circuit = createCircuit()
    const plain = viewRecorder(circuit)
    const withMetrics = viewRecorder(circuit, { metrics: true })
    render(<plain.Shown />)
    render(<withMetrics.Shown />)
    act(() => circuit.trip())
    const all = [...plain.views, ...withMetrics.views]
    expect(new Set(all.map(({ call }) => call)).size).toBe(1)
    expect(new Set(all.map(({ reset }) => reset)).size).toBe(1)
    const { call, reset } = all[0] as CircuitView
    act(() => reset())
    expect(circuit.state).toBe('closed')
    await expect(call(() => 7)).resolves.toBe(7)
    await expect(call(() => Promise.reject(1), { fallback: () => 8 })).resolves.toBe(8)
  })

  test('works in StrictMode', () => {
    const circuit = createCircuit()
    const { Shown } = viewRecorder(circuit)
    render(<Shown />, { wrapper: StrictMode })
    act(() => circuit.trip())
    expect(shownText()).toBe('open rejected')
    act(() => void vi.advanceTimersByTime(10_000))
    expect(shownText()).toBe('open permitted')
  })
})

describe('permitted', () => {
  test('becomes true at the retry time without a call, in one render', () => {
    const circuit = createCircuit()
    const { views, Shown } = viewRecorder(circuit)
    render(<Shown />)
    act(() => circuit.trip())
    expect(shownText()).toBe('open rejected')
    act(() => void vi.advanceTimersByTime(9_999))
    expect(shownText()).toBe('open rejected')
    expect(views).toHaveLength(2)
    act(() => void vi.advanceTimersByTime(1))
    expect(shownText()).toBe('open permitted')
    act(() => void vi.advanceTimersByTime(60_000))
    expect(views).toHaveLength(3)
  })

  test('follows the probe slot in half-open: taken, released, and expired with its lease', async () => {
    const circuit = createCircuit()
    const { Shown } = viewRecorder(circuit)
    render(<Shown />)
    act(() => circuit.trip())
    act(() => void vi.advanceTimersByTime(10_000))
    const ticket = await act(async () => circuit.acquire())
    expect(shownText()).toBe('half_open rejected')
    act(() => ticket.release())
    expect(shownText()).toBe('half_open permitted')
    act(() => void circuit.acquire())
    act(() => void circuit.tryAcquire())
    expect(shownText()).toBe('half_open rejected')
    act(() => void vi.advanceTimersByTime(4_650))
    expect(shownText()).toBe('half_open rejected')
    act(() => void vi.advanceTimersByTime(150))
    expect(shownText()).toBe('half_open permitted')
  })

  test('needs one timer for a retry time beyond the limit of timers, and none without a retry time', () => {
    const circuit = createCircuit()
    const { views, Shown } = viewRecorder(circuit)
    render(<Shown />)
    act(() => circuit.trip({ forMs: 2 ** 31 + 5_000 }))
    act(() => void vi.advanceTimersByTime(10_000))
    expect(views).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(1)
    act(() => circuit.forceOpen())
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('renders', () => {
  test('do not happen for calls that change no shown value', async () => {
    const circuit = createCircuit()
    const { views, Shown } = viewRecorder(circuit)
    render(<Shown />)
    await act(async () => {
      for (let i = 0; i < 1_000; i++) await circuit.call(() => i)
    })
    act(() => void vi.advanceTimersByTime(60_000))
    expect(views).toHaveLength(1)
    act(() => circuit.trip())
    expect(views).toHaveLength(2)
  })

  test('happen only in the components whose circuit changed', async () => {
    const circuits = Array.from({ length: 100 }, (_, i) => createCircuit(`circuit ${i}`))
    const rendered: string[] = []
    function Shown({ circuit }: { circuit: CircuitBreaker }) {
      rendered.push(useCircuit(circuit).name)
      return null
    }
    render(
      [...'abcdefghij'].map((copy) =>
        circuits.map((circuit) => <Shown key={`${copy} ${circuit.name}`} circuit={circuit} />),
      ),
    )
    expect(rendered).toHaveLength(1_000)
    rendered.length = 0
    act(() => circuits[7]?.trip())
    expect(rendered).toEqual(Array.from({ length: 10 }, () => 'circuit 7'))
  })
})

describe('subscriptions', () => {
  test('are shared by all components and end with the last one', async () => {
    const circuit = createCircuit()
    const active = countSubscriptions(circuit)
    const { Shown } = viewRecorder(circuit)
    const { unmount } = render(
      <StrictMode>
        {Array.from({ length: 100 }, (_, i) => (
          <Shown key={String(i)} />
        ))}
      </StrictMode>,
    )
    expect(active.count).toBe(1)
    act(() => circuit.trip())
    act(() => void vi.advanceTimersByTime(10_000))
    act(() => void circuit.acquire())
    expect(active.count).toBe(2)
    unmount()
    expect(active.count).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('move to another circuit of the same component', () => {
    const [one, two] = [createCircuit('one'), createCircuit('two')]
    const active = countSubscriptions(one)
    let change = (_: CircuitBreaker) => {}
    function Shown() {
      const [circuit, setCircuit] = useState(one)
      change = setCircuit
      return useCircuit(circuit).name
    }
    const { container } = render(<Shown />)
    expect(active.count).toBe(1)
    act(() => change(two))
    expect(container.textContent).toBe('two')
    expect(active.count).toBe(0)
  })
})
