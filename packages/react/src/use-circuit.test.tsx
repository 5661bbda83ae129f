// @vitest-environment happy-dom
import {
  CircuitBreaker,
  CircuitRegistry,
  cooldown,
  failureStreak,
  timeWindow,
} from '@fluxgate/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { Component, Profiler, type ReactNode, StrictMode, useState } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CircuitProvider } from './circuit-provider.ts'
import { type CircuitView, type UseCircuitOptions, useCircuit } from './use-circuit.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const broken = () => Promise.reject(new Error('down'))

function circuitNamed(name: string): CircuitBreaker {
  return new CircuitBreaker({
    name,
    tripper: failureStreak(1),
    retry: cooldown(10_000),
    window: timeWindow(10_000),
    probes: 1,
    probeLeaseMs: 4_700,
  })
}

/** Subscriptions of a circuit that were not undone. */
function countedSubscriptions(circuit: CircuitBreaker): { count: number } {
  const open = { count: 0 }
  const subscribe = circuit.subscribe.bind(circuit)
  vi.spyOn(circuit, 'subscribe').mockImplementation((listener) => {
    const leave = subscribe(listener)
    open.count++
    let left = false
    return () => {
      if (!left) open.count--
      left = true
      leave()
    }
  })
  return open
}

function watching(circuit: CircuitBreaker | string, options?: UseCircuitOptions) {
  const views: CircuitView[] = []
  function Shown() {
    const view = useCircuit(circuit, options)
    views.push(view)
    return <p>{`${view.state} ${view.permitted ? 'permitted' : 'rejected'}`}</p>
  }
  return { views, Shown }
}

const now = () => screen.getByText(/ed$/).textContent

test('shows the circuit, and each change of it', async () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit)
  render(<Shown />)
  expect(views).toEqual([
    {
      name: 'payments',
      state: 'closed',
      since: Date.now(),
      retryAt: undefined,
      reopens: 0,
      permitted: true,
      call: expect.any(Function),
      reset: expect.any(Function),
    },
  ])
  expect(Object.isFrozen(views[0])).toBe(true)
  await act(() => circuit.call(broken).catch(() => {}))
  expect(views).toHaveLength(2)
  expect(views[1]).toMatchObject({ state: 'open', permitted: false, retryAt: Date.now() + 10_000 })
})

test('a thousand calls that change nothing shown render nothing', async () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit)
  render(<Shown />)
  await act(async () => {
    for (let i = 0; i < 1_000; i++) await circuit.call(() => i)
  })
  act(() => void vi.advanceTimersByTime(60_000))
  expect(views).toHaveLength(1)
  act(() => circuit.trip())
  expect(views).toHaveLength(2)
})

test('who renders for reasons of its own gets the same object, and the same call and reset', async () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit)
  const { rerender } = render(<Shown />)
  rerender(<Shown />)
  expect(views).toHaveLength(2)
  expect(views[1]).toBe(views[0])
  const metrics = watching(circuit, { metrics: true })
  render(<metrics.Shown />)
  act(() => circuit.trip())
  const all = [...views, ...metrics.views]
  expect(new Set(all.map(({ call }) => call)).size).toBe(1)
  expect(new Set(all.map(({ reset }) => reset)).size).toBe(1)
  const { call, reset } = all[0] as CircuitView
  act(() => reset())
  expect(circuit.state).toBe('closed')
  await expect(call(() => 7)).resolves.toBe(7)
  await expect(call(() => Promise.reject(1), { fallback: () => 8 })).resolves.toBe(8)
})

test('is permitted again when its time comes, without a call, and renders once for it', () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit)
  render(<Shown />)
  act(() => circuit.trip())
  expect(now()).toBe('open rejected')
  act(() => void vi.advanceTimersByTime(9_999))
  expect(now()).toBe('open rejected')
  expect(views).toHaveLength(2)
  act(() => void vi.advanceTimersByTime(1))
  expect(now()).toBe('open permitted')
  act(() => void vi.advanceTimersByTime(60_000))
  expect(views).toHaveLength(3)
})

test('in half-open it follows the room for probes: taken, free again, and lost with its lease', async () => {
  const circuit = circuitNamed('payments')
  const { Shown } = watching(circuit)
  render(<Shown />)
  act(() => circuit.trip())
  act(() => void vi.advanceTimersByTime(10_000))
  const ticket = await act(async () => circuit.acquire())
  expect(now()).toBe('half_open rejected')
  act(() => ticket.release())
  expect(now()).toBe('half_open permitted')
  act(() => void circuit.acquire())
  act(() => void circuit.tryAcquire())
  expect(now()).toBe('half_open rejected')
  act(() => void vi.advanceTimersByTime(4_650))
  expect(now()).toBe('half_open rejected')
  act(() => void vi.advanceTimersByTime(150))
  expect(now()).toBe('half_open permitted')
})

test('waits for a time beyond any timer, and for never without one', () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit)
  render(<Shown />)
  act(() => circuit.trip({ forMs: 2 ** 31 + 5_000 }))
  act(() => void vi.advanceTimersByTime(10_000))
  expect(views).toHaveLength(2)
  expect(vi.getTimerCount()).toBe(1)
  act(() => circuit.forceOpen())
  expect(vi.getTimerCount()).toBe(0)
})

test('metrics are renewed every so many ms, and when the state changes', async () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit, { metrics: 500 })
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
  await act(() => circuit.call(broken).catch(() => {}))
  expect(views).toHaveLength(3)
  expect(views[2]).toMatchObject({ state: 'open', metrics: { total: 0 } })
})

test('calls leave the metrics of a time window by themselves; nothing renders when none is left', async () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit, { metrics: true })
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

test('metrics of many circuits, mounted one after the other, are renewed by one timer in one commit', async () => {
  const circuits = Array.from({ length: 10 }, (_, i) => circuitNamed(`circuit ${i}`))
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
  // an act for each ms, because an act makes one commit of all that happens in it
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

test('between two renewals who renders sees the last; who comes back later sees what is then', () => {
  const circuit = circuitNamed('payments')
  const { views, Shown } = watching(circuit, { metrics: 500 })
  const { rerender, unmount } = render(<Shown />)
  circuit.acquire().success()
  rerender(<Shown />)
  expect(views).toHaveLength(2)
  expect(views[1]).toBe(views[0])
  unmount()
  render(<Shown />)
  expect(views[2]?.metrics?.total).toBe(1)
})

test('another pace: the old one is left', () => {
  const circuit = circuitNamed('payments')
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

test('a page that shows metrics does not make calls slower: nobody listens to them', () => {
  const circuit = circuitNamed('payments')
  const subscribe = vi.spyOn(circuit, 'subscribe')
  const { Shown } = watching(circuit, { metrics: true })
  render(<Shown />)
  expect(subscribe.mock.calls).toEqual([[expect.any(Function)]])
})

test('many components share one subscription, and leave none behind', async () => {
  const circuit = circuitNamed('payments')
  const open = countedSubscriptions(circuit)
  const { Shown } = watching(circuit)
  const { unmount } = render(
    <StrictMode>
      {Array.from({ length: 100 }, (_, i) => (
        <Shown key={String(i)} />
      ))}
    </StrictMode>,
  )
  expect(open.count).toBe(1)
  act(() => circuit.trip())
  act(() => void vi.advanceTimersByTime(10_000))
  act(() => void circuit.acquire())
  expect(open.count).toBe(2)
  unmount()
  expect(open.count).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

test('of a thousand components on a hundred circuits only those whose circuit changed render', async () => {
  const circuits = Array.from({ length: 100 }, (_, i) => circuitNamed(`circuit ${i}`))
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
  await act(async () => {
    for (const circuit of circuits) for (let i = 0; i < 10; i++) await circuit.call(() => i)
  })
  expect(rendered).toEqual([])
  act(() => circuits[7]?.trip())
  expect(rendered).toEqual(Array.from({ length: 10 }, () => 'circuit 7'))
})

test('another circuit under the same component: the old one is left', () => {
  const [one, two] = [circuitNamed('one'), circuitNamed('two')]
  const open = countedSubscriptions(one)
  let change = (_: CircuitBreaker) => {}
  function Shown() {
    const [circuit, setCircuit] = useState(one)
    change = setCircuit
    return <p>{`${useCircuit(circuit).name} watched`}</p>
  }
  render(<Shown />)
  expect(open.count).toBe(1)
  act(() => change(two))
  expect(now()).toBe('two watched')
  expect(open.count).toBe(0)
})

test('StrictMode changes nothing', () => {
  const circuit = circuitNamed('payments')
  const { Shown } = watching(circuit)
  render(<Shown />, { wrapper: StrictMode })
  act(() => circuit.trip())
  expect(now()).toBe('open rejected')
  act(() => void vi.advanceTimersByTime(10_000))
  expect(now()).toBe('open permitted')
})

test('a name is looked up in the registry; the provider can render without those who ask it', () => {
  const registry = new CircuitRegistry()
  const circuit = registry.define('payments')
  const { views, Shown } = watching('payments')
  const page = <Shown />
  const { rerender } = render(<CircuitProvider registry={registry}>{page}</CircuitProvider>)
  rerender(<CircuitProvider registry={registry}>{page}</CircuitProvider>)
  expect(views).toHaveLength(1)
  act(() => circuit.forceOpen())
  expect(now()).toBe('forced_open rejected')
})

class Caught extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {}
  static getDerivedStateFromError(error: Error) {
    return { message: `${error.name}: ${error.message}, complained` }
  }
  override render() {
    return this.state.message ?? this.props.children
  }
}

function complaintOf(page: ReactNode): string | null {
  const quiet = vi.spyOn(console, 'error').mockReturnValue()
  const quietWindow = (event: Event) => event.preventDefault()
  window.addEventListener('error', quietWindow)
  const { container } = render(<Caught>{page}</Caught>)
  window.removeEventListener('error', quietWindow)
  quiet.mockRestore()
  return container.textContent
}

test('a name that nobody knows: the complaint lists those that are known, and makes no circuit', () => {
  const registry = new CircuitRegistry()
  const { Shown } = watching('paymnets')
  const page = (
    <CircuitProvider registry={registry}>
      <Shown />
    </CircuitProvider>
  )
  expect(complaintOf(page)).toBe(
    "Error: no circuit 'paymnets' in the registry, which has none, complained",
  )
  registry.define('payments')
  registry.define('catalog')
  expect(complaintOf(page)).toBe(
    "Error: no circuit 'paymnets' in the registry, which has 'payments', 'catalog', complained",
  )
  expect(registry.size).toBe(2)
})

test('a name without a provider: the complaint says what to add', () => {
  const { Shown } = watching('payments')
  expect(complaintOf(<Shown />)).toBe(
    "Error: circuit 'payments' needs a <CircuitProvider registry> around it, complained",
  )
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('metrics: %s is refused', (metrics) => {
  const { Shown } = watching(circuitNamed('payments'), { metrics })
  expect(complaintOf(<Shown />)).toBe(
    `RangeError: useCircuit: metrics must be a boolean or 1 to 1e9 ms, got ${metrics}, complained`,
  )
})
