import { type CircuitBreaker, findRejection } from '@fluxgate/core'
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

/** How soon children that chance has rejected in half_open try it again. */
const RETRY_CHILDREN_MS = 1_000

/** What a fallback is given to be honest with. */
export interface Rejected {
  /** Unix ms at which the circuit may probe; undefined where nobody knows. */
  readonly retryAt: number | undefined
  /** Shows the children again if the circuit would let a call through now; asks no server. */
  readonly retry: () => void
}

export interface CircuitBoundaryProps {
  /** A circuit, or its name in the registry of the nearest `CircuitProvider`. */
  readonly circuit: CircuitBreaker | string
  readonly fallback: (rejected: Rejected) => ReactNode
  readonly children?: ReactNode
}

/**
 * Shows a fallback in place of children that threw this circuit's `CallNotPermittedError`, and the
 * children again when the circuit lets calls through: when it leaves open, or when its retry time
 * has come; once a second where a permit of half_open leaves it to chance. Any other error goes on
 * to the next boundary.
 *
 * Children come back as new: what they held in their state is gone, also when the boundary is given
 * another circuit. An error that they kept elsewhere and throw again brings the fallback back, until
 * the circuit changes once more.
 *
 * @throws Error as `useCircuit` does
 * @example
 * <CircuitBoundary circuit="payments" fallback={({ retry }) => <Down onRetry={retry} />}>
 *   <Payments />
 * </CircuitBoundary>
 */
export function CircuitBoundary(props: CircuitBoundaryProps): ReactElement {
  const circuit = useFoundCircuit(props.circuit)
  // a boundary of its own for each circuit: what one rejected says nothing of another
  return createElement(Boundary, { ...props, circuit, key: circuit.name })
}

interface BoundaryProps extends CircuitBoundaryProps {
  readonly circuit: CircuitBreaker
}

interface BoundaryState {
  readonly thrown?: { readonly error: unknown } | undefined
}

class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = {}

  // outlives the fallback, which React makes anew when a child throws again
  #seen: Pick<CircuitView, 'state' | 'permitted'> | undefined

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { thrown: { error } }
  }

  override componentDidUpdate(): void {
    if (!this.state.thrown) this.#seen = undefined
  }

  override render(): ReactNode {
    const { props, state } = this
    if (!state.thrown) return props.children
    const { error } = state.thrown
    const rejection = findRejection(error)
    if (rejection?.circuitName !== props.circuit.name) throw error
    const recover = () => this.setState({ thrown: undefined })
    const look = (now: CircuitView) => {
      // in half_open chance may have said no and say yes next time: no reason to try at once
      const before = this.#seen ?? {
        state: rejection.state,
        permitted: rejection.state === 'half_open',
      }
      this.#seen = now
      if (!now.permitted) return
      if (now.state !== before.state || !before.permitted) return recover()
      if (now.state !== 'half_open') return
      const again = setTimeout(recover, RETRY_CHILDREN_MS)
      return () => clearTimeout(again)
    }
    return createElement(Fallback, { ...props, look, recover })
  }
}

interface FallbackProps extends BoundaryProps {
  /** Looks at the circuit on behalf of the error that this fallback was made for; returns its undo. */
  readonly look: (now: CircuitView) => ReturnType<EffectCallback>
  readonly recover: () => void
}

function Fallback({ circuit, fallback, look, recover }: FallbackProps): ReactNode {
  const view = useCircuit(circuit)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks when there is something new
  useEffect(() => look(view), [view])
  return fallback({
    retryAt: view.retryAt,
    retry: () => circuit.snapshot().permitted && recover(),
  })
}
