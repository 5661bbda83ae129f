import type { CircuitHandle, State } from '@fluxgate/core'
import { type Rejection, rejectionOf, watchCircuit } from '@fluxgate/core/view'
import {
  Component,
  createElement,
  type EffectCallback,
  type ErrorInfo,
  type ReactElement,
  type ReactNode,
  useEffect,
  useState,
} from 'react'
import type { CircuitView } from './circuit-view.ts'
import { useResolvedCircuits } from './resolved-circuits.ts'
import { keepsComponentStack, rethrow } from './rethrow.ts'
import { RetrySchedule } from './retry-schedule.ts'
import { useCircuit } from './use-circuit.ts'

/** The argument of {@link CircuitBoundaryProps.fallback}. */
export interface Rejected {
  /** What the children threw: the rejection, or an error that wraps it. */
  readonly error: unknown
  /** The name of the circuit that rejected the call. */
  readonly name: string
  /**
   * The state of the circuit now. For a rejection on the server: `'open'`, or undefined when the
   * server's circuit was in another state.
   */
  readonly state: State | undefined
  /** Unix ms from which an open circuit may probe. Undefined in other states and for never. */
  readonly retryAt: number | undefined
  /**
   * Shows the children again if the circuit would admit a call now, or if a server rejected it. Sends
   * no request itself.
   */
  readonly retry: () => void
}

export interface CircuitBoundaryProps {
  /** A circuit, its name in the registry of the nearest `CircuitProvider`, or an array of these. */
  readonly circuit: CircuitHandle | string | readonly (CircuitHandle | string)[]
  readonly fallback: (rejected: Rejected) => ReactNode
  /** Called with each rejection that the boundary catches. */
  readonly onError?: ((error: unknown, info: ErrorInfo) => void) | undefined
  readonly children?: ReactNode
}

/**
 * Shows a fallback when the children throw a rejection of one of its circuits, also one that a client
 * wrapped or that a server component threw. Other errors, and the rejections of other circuits with the
 * same name, propagate to the next boundary.
 *
 * The children are shown again when the circuit leaves open or reaches its retry time. While it is
 * half-open they are tried again after 5 s, 10 s, 20 s and so on, at most every minute, because a permit
 * may admit calls at random. After a rejection on the server they are shown again by `retry()` only:
 * load the page's data again first.
 *
 * The children are remounted, without their previous state, also when `circuit` changes. If they
 * throw the same rejection again, the fallback stays until the circuit changes once more.
 *
 * @throws Error as `useCircuit` does
 * @example
 * <CircuitBoundary circuit="payments" fallback={({ retry }) => <Down onRetry={retry} />}>
 *   <Payments />
 * </CircuitBoundary>
 */
export function CircuitBoundary(props: CircuitBoundaryProps): ReactElement {
  const { circuit } = props
  const references = isList(circuit) ? circuit : [circuit]
  const circuits = useResolvedCircuits(references)
  const named = references.some((one) => typeof one === 'string')
  // A registry does not evict a circuit that is watched. Only it can have named ones.
  useEffect(() => (named ? watchAll(circuits) : undefined), [circuits, named])
  const [other, setOther] = useState<OtherError>()
  // here, because a boundary catches what its children throw
  if (other) return rethrow(other.error, other.componentStack, Boundary.name)
  // The key gives other circuits a boundary of their own: a rejection must not carry over.
  return createElement(Boundary, {
    ...props,
    circuits,
    onOther: setOther,
    key: circuits.map(keyOf).join(),
  })
}

// Array.isArray does not narrow a readonly array
const isList = (
  circuit: CircuitBoundaryProps['circuit'],
): circuit is readonly (CircuitHandle | string)[] => Array.isArray(circuit)

function watchAll(circuits: readonly CircuitHandle[]): () => void {
  const unsubscribes = circuits.map((circuit) => watchCircuit(circuit).subscribe(() => {}))
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe()
  }
}

const keys = new WeakMap<CircuitHandle, number>()
let nextKey = 0

/** A number for each circuit, because two can have the same name. */
function keyOf(circuit: CircuitHandle): number {
  const key = keys.get(circuit) ?? nextKey++
  keys.set(circuit, key)
  return key
}

interface BoundaryProps extends CircuitBoundaryProps {
  readonly circuits: readonly CircuitHandle[]
  /** With React 18, called with an error that is not a rejection of these circuits. */
  readonly onOther: (other: OtherError) => void
}

interface OtherError {
  readonly error: unknown
  readonly componentStack: string
}

interface BoundaryState {
  readonly thrown?: { readonly error: unknown } | undefined
}

interface Match {
  readonly circuit: CircuitHandle
  readonly rejection: Rejection
}

class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = {}

  // Kept here because React mounts a new fallback when a child throws again.
  #schedule: RetrySchedule | undefined

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { thrown: { error } }
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    const { onError, onOther } = this.props
    if (this.#match(error)) onError?.(error, info)
    else if (!keepsComponentStack) onOther({ error, componentStack: info.componentStack ?? '' })
  }

  override componentDidUpdate(): void {
    if (!this.state.thrown) this.#schedule?.onShown()
  }

  override render(): ReactNode {
    const { props, state } = this
    if (!state.thrown) return props.children
    const { error } = state.thrown
    const match = this.#match(error)
    if (match === undefined) {
      if (keepsComponentStack) throw error
      return null // until componentDidCatch, which gets the component stack
    }
    const { circuit, rejection } = match
    const recover = () => this.setState({ thrown: undefined })
    const onView = (view: CircuitView) =>
      rejection.onServer
        ? undefined
        : this.#scheduleOf(circuit).follow(view, rejection.state, recover)
    return createElement(Fallback, {
      ...props,
      ...match,
      key: keyOf(circuit),
      error,
      onView,
      recover,
    })
  }

  #match(error: unknown): Match | undefined {
    for (const circuit of this.props.circuits) {
      const rejection = rejectionOf(circuit, error)
      if (rejection) return { circuit, rejection }
    }
    return undefined
  }

  #scheduleOf(circuit: CircuitHandle): RetrySchedule {
    if (this.#schedule?.circuit !== circuit) this.#schedule = new RetrySchedule(circuit)
    return this.#schedule
  }
}

interface FallbackProps extends Match, Pick<CircuitBoundaryProps, 'fallback'> {
  readonly error: unknown
  /** Called for each new view of the circuit; may return a cleanup. */
  readonly onView: (view: CircuitView) => ReturnType<EffectCallback>
  readonly recover: () => void
}

function Fallback(props: FallbackProps): ReactNode {
  const { circuit, rejection, fallback, error, onView, recover } = props
  const view = useCircuit(circuit)
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once for each view
  useEffect(() => onView(view), [view])
  const { state, retryAt } = rejection.onServer ? rejection : view
  const retry = () => {
    if (rejection.onServer || circuit.snapshot().permitted) recover()
  }
  return fallback({ error, name: circuit.name, state, retryAt, retry })
}
