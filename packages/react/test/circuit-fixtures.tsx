import {
  CircuitBreaker,
  type CircuitHandle,
  cooldown,
  failureStreak,
  timeWindow,
} from '@fluxgate/core'
import { type CircuitView, type UseCircuitOptions, useCircuit } from '@fluxgate/react'
import { render, screen } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { vi } from 'vitest'

/** A circuit that opens at the first failure, for 10 s, and then needs one probe. */
export function createCircuit(name = 'payments'): CircuitBreaker {
  return new CircuitBreaker({
    name,
    tripper: failureStreak(1),
    retry: cooldown(10_000),
    window: timeWindow(10_000),
    probes: 1,
    probeLeaseMs: 4_700,
  })
}

export const fail = () => Promise.reject(new Error('down'))

/** A component that shows a circuit, and the view of each of its renders. */
export function viewRecorder(circuit: CircuitHandle | string, options?: UseCircuitOptions) {
  const views: CircuitView[] = []
  function Shown() {
    const view = useCircuit(circuit, options)
    views.push(view)
    return <p>{`${view.state} ${view.permitted ? 'permitted' : 'rejected'}`}</p>
  }
  return { views, Shown }
}

/** The text of the component of {@link viewRecorder}. */
export const shownText = () => screen.getByText(/(permitted|rejected)$/).textContent

class ErrorBoundary extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {}
  static getDerivedStateFromError(error: Error) {
    return { message: `${error.name}: ${error.message}` }
  }
  override render() {
    return this.state.message ?? this.props.children
  }
}

/** Name and message of the error that rendering throws. */
export function renderError(page: ReactNode): string | null {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  const preventDefault = (event: Event) => event.preventDefault()
  window.addEventListener('error', preventDefault)
  const { container } = render(<ErrorBoundary>{page}</ErrorBoundary>)
  window.removeEventListener('error', preventDefault)
  log.mockRestore()
  return container.textContent
}
