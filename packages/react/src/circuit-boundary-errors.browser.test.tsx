import { CallNotPermittedError, CircuitBreaker, CircuitRegistry, cooldown } from '@fluxgate/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CircuitBoundary, type CircuitBoundaryProps, type Rejected } from './circuit-boundary.ts'
import { CircuitProvider } from './circuit-provider.ts'

beforeEach(() => {
  vi.useFakeTimers()
  // React logs every error that a boundary catches, and the browser reports it
  vi.spyOn(console, 'error').mockReturnValue()
  window.addEventListener('error', preventDefault)
})
afterEach(() => {
  cleanup()
  window.removeEventListener('error', preventDefault)
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const preventDefault = (event: Event) => event.preventDefault()
const text = () => document.body.textContent?.trim()
const click = () => act(() => screen.getByRole('button').click())

function openCircuit(name: string): CircuitBreaker {
  const circuit = new CircuitBreaker({ name, retry: cooldown(10_000) })
  circuit.trip()
  return circuit
}

function rejectionOf(circuit: CircuitBreaker): unknown {
  try {
    circuit.acquire()
  } catch (error) {
    return error
  }
  throw new Error('the circuit admitted the call')
}

let rejected: Rejected | undefined

/** A boundary whose child throws what `thrown()` returns, unless that is undefined. */
function page(
  circuit: CircuitBoundaryProps['circuit'],
  thrown: () => unknown,
  onError?: () => void,
) {
  function Child(): ReactNode {
    const error = thrown()
    if (error !== undefined) throw error
    return 'shown'
  }
  return (
    <CircuitBoundary
      circuit={circuit}
      onError={onError}
      fallback={(all) => {
        rejected = all
        return (
          <button type="button" onClick={all.retry}>
            {all.name} {all.state} {all.retryAt}
          </button>
        )
      }}
    >
      <Child />
    </CircuitBoundary>
  )
}

let caught: { error: unknown; info: ErrorInfo } | undefined

class OuterBoundary extends Component<{ children: ReactNode }, { failed?: boolean }> {
  override state: { failed?: boolean } = {}
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override componentDidCatch(error: unknown, info: ErrorInfo) {
    caught = { error, info }
  }
  override render() {
    return this.state.failed ? 'outer' : this.props.children
  }
}

describe('a rejection', () => {
  test('is passed to the fallback with the name, state and retry time of its circuit', () => {
    const circuit = openCircuit('payments')
    const error = rejectionOf(circuit)
    render(page(circuit, () => error))
    expect(rejected?.error).toBe(error)
    expect(text()).toBe(`payments open ${Date.now() + 10_000}`)
    act(() => circuit.forceOpen())
    expect(text()).toBe('payments forced_open')
  })

  test('is recognised when a client wrapped it', () => {
    const circuit = openCircuit('payments')
    const error = new TypeError('fetch failed', { cause: rejectionOf(circuit) })
    render(page(circuit, () => error))
    expect(text()).toMatch(/^payments open/)
    expect(rejected?.error).toBe(error)
  })

  test('by another circuit of the same name propagates', () => {
    const error = rejectionOf(openCircuit('payments'))
    render(<OuterBoundary>{page(openCircuit('payments'), () => error)}</OuterBoundary>)
    expect(text()).toBe('outer')
    expect(caught?.error).toBe(error)
  })

  test('does not carry over to another circuit of the same name', () => {
    const circuit = openCircuit('payments')
    let error: unknown = rejectionOf(circuit)
    const { rerender } = render(page(circuit, () => error))
    expect(text()).toMatch(/^payments open/)
    error = undefined
    rerender(page(new CircuitBreaker({ name: 'payments' }), () => error))
    expect(text()).toBe('shown')
  })

  test('calls onError with the component stack', () => {
    const circuit = openCircuit('payments')
    const error = rejectionOf(circuit)
    const onError = vi.fn()
    render(page(circuit, () => error, onError))
    expect(onError).toHaveBeenCalledTimes(1)
    const [[first, info]] = onError.mock.calls as unknown as [[unknown, ErrorInfo]]
    expect(first).toBe(error)
    expect(info.componentStack).toMatch(/\bChild\b/)
  })
})

describe('several circuits', () => {
  test('the rejection of each one is caught, and its circuit is followed', () => {
    const registry = new CircuitRegistry()
    const search = registry.define('search')
    const catalog = openCircuit('catalog')
    search.trip({ forMs: 5_000 })
    let error: unknown = rejectionOf(search)
    const boundary = page([catalog, 'search'], () => error)
    render(<CircuitProvider registry={registry}>{boundary}</CircuitProvider>)
    expect(text()).toBe(`search open ${Date.now() + 5_000}`)
    error = rejectionOf(catalog)
    act(() => search.reset())
    expect(text()).toBe(`catalog open ${Date.now() + 10_000}`)
    error = undefined
    act(() => void vi.advanceTimersByTime(10_000))
    expect(text()).toBe('shown')
  })

  test('the rejection of an unlisted one propagates', () => {
    const error = rejectionOf(openCircuit('orders'))
    const circuits = [openCircuit('catalog'), openCircuit('search')]
    render(<OuterBoundary>{page(circuits, () => error)}</OuterBoundary>)
    expect(text()).toBe('outer')
  })
})

describe('an error of a server component, of which the browser gets the digest', () => {
  const onServer = (name: string, retryAt?: number) => {
    const { digest } = new CallNotPermittedError({
      circuitName: name,
      state: 'open',
      reason: '',
      retryAt,
    })
    const message = 'An error occurred in the Server Components render.'
    return Object.assign(new Error(message), { digest })
  }

  test('shows what the server knew, until retry()', () => {
    const circuit = new CircuitBreaker({ name: 'catalog' })
    let error: unknown = onServer('catalog', 1_800_000_000_000)
    const onError = vi.fn()
    render(page(circuit, () => error, onError))
    expect(text()).toBe('catalog open 1800000000000')
    expect(onError).toHaveBeenCalledTimes(1)
    act(() => circuit.trip())
    act(() => circuit.reset())
    act(() => void vi.advanceTimersByTime(60_000))
    expect(text()).toBe('catalog open 1800000000000')
    circuit.forceOpen()
    error = undefined
    click()
    expect(text()).toBe('shown')
  })

  test('has no state when the digest has no retry time', () => {
    const error = onServer('catalog')
    render(page(new CircuitBreaker({ name: 'catalog' }), () => error))
    expect(text()).toBe('catalog')
    expect(rejected).toMatchObject({ state: undefined, retryAt: undefined })
  })

  test.each<[string, unknown]>([
    ['of another circuit', onServer('search')],
    ['with another digest', Object.assign(new Error('x'), { digest: 'NEXT_NOT_FOUND' })],
    ['with a digest that is no text', Object.assign(new Error('x'), { digest: 7 })],
    ['that cannot be read', Proxy.revocable({}, {}).proxy],
  ])('propagates: %s', (_, error) => {
    render(<OuterBoundary>{page(openCircuit('catalog'), () => error)}</OuterBoundary>)
    expect(text()).toBe('outer')
  })
})

describe('an error of the children', () => {
  test('keeps its component stack for the next boundary', () => {
    const error = new TypeError('bug')
    const Middle = ({ children }: { children: ReactNode }) => children
    function Child(): ReactNode {
      throw error
    }
    render(
      <OuterBoundary>
        <CircuitBoundary circuit={openCircuit('catalog')} fallback={() => 'down'}>
          <Middle>
            <section>
              <Child />
            </section>
          </Middle>
        </CircuitBoundary>
      </OuterBoundary>,
    )
    expect(text()).toBe('outer')
    expect(caught?.error).toBe(error)
    const stack = caught?.info.componentStack ?? ''
    const names = [...stack.matchAll(/^ +at (\w+)/gm)].map(([, name]) => name)
    expect(names).toEqual([
      'Child',
      'section',
      'Middle',
      'Boundary',
      'CircuitBoundary',
      'OuterBoundary',
    ])
  })

  test('does not call onError', () => {
    const onError = vi.fn()
    render(
      <OuterBoundary>
        {page(openCircuit('catalog'), () => new Error('bug'), onError)}
      </OuterBoundary>,
    )
    expect(onError).not.toHaveBeenCalled()
  })

  test.each([[null], [undefined], ['text']])('propagates: %s', (thrown) => {
    function Child(): ReactNode {
      throw thrown
    }
    render(
      <OuterBoundary>
        <CircuitBoundary circuit={openCircuit('catalog')} fallback={() => 'down'}>
          <Child />
        </CircuitBoundary>
      </OuterBoundary>,
    )
    expect(text()).toBe('outer')
    expect(caught?.error).toBe(thrown)
  })
})
