import type { CircuitBreaker } from '@fluxgate/core'
import { act, cleanup, render } from '@testing-library/react'
import { Profiler } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createCircuit, fail, renderError, viewRecorder } from '../test/circuit-fixtures.tsx'
import { useCircuit } from './use-circuit.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

describe('metrics', () => {
  test('are renewed at the interval and when the state changes', async () => {
    const circuit = createCircuit()
    const { views, Shown } = viewRecorder(circuit, { metrics: 500 })
    render(<Shown />)
    expect(views[0]?.metrics?.total).toBe(0)
    await act(async () => {
      for (let i = 0; i < 1_000; i++) await circuit.call(() => i)
    })
    act(() => void vi.advanceTimersByTime(499))
    expect(views).toHaveLength(1)
    act(() => void vi.advanceTimersByTime(1))
    expect(views.map(({ metrics }) => metrics?.total)).toEqual([0, 1_000])
    await act(() => circuit.call(() => 1))
    await act(() => circuit.call(fail).catch(() => {}))
    expect(views).toHaveLength(3)
    expect(views[2]).toMatchObject({ state: 'open', metrics: { total: 0 } })
  })

  test('show calls that expire from a time window; an empty window causes no renders', async () => {
    const circuit = createCircuit()
    const { views, Shown } = viewRecorder(circuit, { metrics: true })
    render(<Shown />)
    await act(() => circuit.call(() => 1))
    act(() => void vi.advanceTimersByTime(250))
    expect(views.at(-1)?.metrics?.total).toBe(1)
    act(() => void vi.advanceTimersByTime(12_000))
    expect(views.at(-1)?.metrics?.total).toBe(0)
    const { length } = views
    act(() => void vi.advanceTimersByTime(60_000))
    expect(views).toHaveLength(length)
  })

  test('stay the same in a render between two renewals, and are current in a new component', () => {
    const circuit = createCircuit()
    const { views, Shown } = viewRecorder(circuit, { metrics: 500 })
    const { rerender, unmount } = render(<Shown />)
    circuit.acquire().success()
    rerender(<Shown />)
    expect(views).toHaveLength(2)
    expect(views[1]).toBe(views[0])
    unmount()
    render(<Shown />)
    expect(views[2]?.metrics?.total).toBe(1)
  })

  test('follow a changed interval, and the old timer is stopped', () => {
    const circuit = createCircuit()
    function Shown({ metrics }: { metrics: number }) {
      return useCircuit(circuit, { metrics }).metrics.total
    }
    const { rerender, container } = render(<Shown metrics={500} />)
    rerender(<Shown metrics={100} />)
    expect(vi.getTimerCount()).toBe(1)
    circuit.acquire().success()
    act(() => void vi.advanceTimersByTime(100))
    expect(container.textContent).toBe('1')
  })

  test('do not subscribe to calls', () => {
    const circuit = createCircuit()
    const subscribe = vi.spyOn(circuit, 'subscribe')
    const { Shown } = viewRecorder(circuit, { metrics: true })
    render(<Shown />)
    expect(subscribe).toHaveBeenCalledOnce()
    expect(Object(subscribe.mock.calls[0]?.[0])).not.toHaveProperty('onCall')
  })

  test('of many circuits are renewed by one timer in one commit', async () => {
    const circuits = Array.from({ length: 10 }, (_, i) => createCircuit(`circuit ${i}`))
    const totals: Record<string, number> = {}
    function Shown({ circuit }: { circuit: CircuitBreaker }) {
      const { name, metrics } = useCircuit(circuit, { metrics: 500 })
      totals[name] = metrics.total
      return null
    }
    let commits = 0
    const page = (count: number) => (
      <Profiler id="page" onRender={() => commits++}>
        {circuits.slice(0, count).map((circuit) => (
          <Shown key={circuit.name} circuit={circuit} />
        ))}
      </Profiler>
    )
    const { rerender, unmount } = render(page(1))
    for (let mounted = 2; mounted <= 10; mounted++) {
      act(() => void vi.advanceTimersByTime(7))
      rerender(page(mounted))
    }
    expect(vi.getTimerCount()).toBe(1)
    for (const circuit of circuits) await circuit.call(() => 1)
    commits = 0
    // One act() for each ms: act() makes one commit of all updates inside it.
    for (let ms = 0; ms < 500; ms++) act(() => void vi.advanceTimersByTime(1))
    expect(commits).toBe(1)
    expect(Object.values(totals)).toEqual(circuits.map(() => 1))

    rerender(page(1))
    await circuits[0]?.call(() => 1)
    act(() => void vi.advanceTimersByTime(500))
    expect(totals['circuit 0']).toBe(2)
    unmount()
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'cannot have the interval %s',
    (metrics) => {
      const { Shown } = viewRecorder(createCircuit(), { metrics })
      expect(renderError(<Shown />)).toBe(
        `RangeError: useCircuit: metrics must be a boolean or 1 to 1e9 ms, got ${metrics}`,
      )
    },
  )
})
