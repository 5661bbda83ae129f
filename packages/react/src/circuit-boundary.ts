import { type CircuitHandle, findRejection } from '@fluxgate/core'
import {
  Component,
  createElement,
  type EffectCallback,
  type ReactElement,
  type ReactNode,
  useEffect,
} from 'react'
import { useFoundCircuit } from './circuit-provider.ts'
import type { CircuitView } from './circuit-view.ts'
import { useCircuit } from './use-circuit.ts'

/** Interval at which children are rendered again in half_open, where a permit may admit at random. */
const RETRY_CHILDREN_MS = 1_000

/** The argument of {@link CircuitBoundaryProps.fallback}. */
export interface Rejected {
  /** Unix ms from which an open circuit may probe. Undefined in other states and for never. */
  readonly retryAt: number | undefined
  /** Shows the children again if the circuit would admit a call now. Sends no request itself. */
  readonly retry: () => void
}

export interface CircuitBoundaryProps {
  /** A circuit, or its name in the registry of the nearest `CircuitProvider`. */
  readonly circuit: CircuitHandle | string
  readonly fallback: (rejected: Rejected) => ReactNode
  readonly children?: ReactNode
}

/**
 * Shows a fallback when the children throw this circuit's `CallNotPermittedError`. Other errors
 * propagate to the next boundary.
 *
 * The children are shown again when the circuit leaves open or reaches its retry time. While it is
 * half-open they are retried once a second, because a permit may admit calls at random.
 *
 * The children are mounted anew, without their previous state, also when `circuit` changes. If they
 * throw the same rejection again, the fallback stays until the circuit changes once more.
 *
 * @throws Error as `useCircuit` does
 * @example
 * <CircuitBoundary circuit="payments" fallback={({ retry }) => <Down onRetry={retry} />}>
 *   <Payments />
 * </CircuitBoundary>
 */
export function CircuitBoundary(props: CircuitBoundaryProps): ReactElement {
  const circuit = useFoundCircuit(props.circuit)
  // The key gives each circuit a boundary of its own: a rejection must not carry over.
  return createElement(Boundary, { ...props, circuit, key: circuit.name })
}

interface BoundaryProps extends CircuitBoundaryProps {
  readonly circuit: CircuitHandle
}

interface BoundaryState {
  readonly thrown?: { readonly error: unknown } | undefined
}

class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = {}

  // Kept here because React mounts a new fallback when a child throws again.
  #lastView: Pick<CircuitView, 'state' | 'permitted'> | undefined

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { thrown: { error } }
  }

  override componentDidUpdate(): void {
    if (!this.state.thrown) this.#lastView = undefined
  }

  override render(): ReactNode {
    const { props, state } = this
    if (!state.thrown) return props.children
    const { error } = state.thrown
    const rejection = findRejection(error)
    if (rejection?.circuitName !== props.circuit.name) throw error
    const recover = () => this.setState({ thrown: undefined })
    const onView = (view: CircuitView) => {
      // A rejection in half_open may have been random: `permitted` was not necessarily false.
      const last = this.#lastView ?? {
        state: rejection.state,
        permitted: rejection.state === 'half_open',
      }
      this.#lastView = view
      if (!view.permitted) return
      if (view.state !== last.state || !last.permitted) return recover()
      if (view.state !== 'half_open') return
      const timer = setTimeout(recover, RETRY_CHILDREN_MS)
      return () => clearTimeout(timer)
    }
    return createElement(Fallback, { ...props, onView, recover })
  }
}

interface FallbackProps extends BoundaryProps {
  /** Called for each new view of the circuit; may return a cleanup. */
  readonly onView: (view: CircuitView) => ReturnType<EffectCallback>
  readonly recover: () => void
}

function Fallback({ circuit, fallback, onView, recover }: FallbackProps): ReactNode {
  const view = useCircuit(circuit)
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once for each view
  useEffect(() => onView(view), [view])
  return fallback({
    retryAt: view.retryAt,
    retry: () => circuit.snapshot().permitted && recover(),
  })
}
