import { type CircuitBreaker, isCallNotPermitted } from '@fluxgate/core'
import { Component, type ReactNode } from 'react'
import { CircuitContext, findCircuit } from './circuit-provider.ts'
import { watchOf } from './circuit-watch.ts'

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

interface BoundaryState {
  readonly thrown: { readonly error: unknown } | undefined
  readonly renewed: number
}

/**
 * Shows a fallback in place of children that threw this circuit's `CallNotPermittedError`, and the
 * children again when the circuit lets calls through: when it leaves open, or when its retry time
 * has come. Any other error goes on to the next boundary.
 *
 * @throws Error as `useCircuit` does
 * @example
 * <CircuitBoundary circuit="payments" fallback={({ retry }) => <Down onRetry={retry} />}>
 *   <Payments />
 * </CircuitBoundary>
 */
export class CircuitBoundary extends Component<CircuitBoundaryProps, BoundaryState> {
  static override contextType = CircuitContext
  declare context: React.ContextType<typeof CircuitContext>
  override state: BoundaryState = { thrown: undefined, renewed: 0 }

  #watched: CircuitBreaker | undefined
  #leave: (() => void) | undefined
  #seen: { readonly state: string; readonly permitted: boolean } | undefined

  static getDerivedStateFromError(error: unknown): Pick<BoundaryState, 'thrown'> {
    return { thrown: { error } }
  }

  override componentDidMount(): void {
    this.#follow()
  }

  override componentDidUpdate(): void {
    this.#follow()
  }

  override componentWillUnmount(): void {
    this.#leave?.()
    this.#leave = undefined
    this.#watched = undefined
  }

  override render(): ReactNode {
    const { thrown } = this.state
    if (thrown === undefined) return this.props.children
    const { error } = thrown
    const circuit = this.#circuit()
    if (!isCallNotPermitted(error) || error.circuitName !== circuit.name) throw error
    return this.props.fallback({ retryAt: circuit.snapshot().retryAt, retry: this.#retry })
  }

  #circuit(): CircuitBreaker {
    return findCircuit(this.props.circuit, this.context)
  }

  // listens only while there is a fallback to take away
  #follow(): void {
    const { thrown } = this.state
    const circuit = thrown === undefined ? undefined : this.#circuit()
    if (circuit === this.#watched) return
    this.#leave?.()
    this.#watched = circuit
    this.#leave = undefined
    if (circuit === undefined || !isCallNotPermitted(thrown?.error)) return
    const watch = watchOf(circuit)
    const { state } = thrown.error
    // in half_open chance may have said no and say yes next time: that is no reason to try at once
    this.#seen = { state, permitted: state === 'half_open' && watch.view().permitted }
    this.#leave = watch.subscribe(() => this.#changed(watch.view()))
    this.#changed(watch.view())
  }

  #changed(now: { readonly state: string; readonly permitted: boolean }): void {
    const before = this.#seen
    this.#seen = now
    const opened = now.state !== before?.state || now.permitted !== before.permitted
    if (now.permitted && opened) this.setState({ thrown: undefined })
    else this.setState(({ renewed }) => ({ renewed: renewed + 1 }))
  }

  readonly #retry = (): void => {
    if (this.#circuit().snapshot().permitted) this.setState({ thrown: undefined })
  }
}
