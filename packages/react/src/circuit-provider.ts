import type { CircuitBreaker, CircuitRegistry, Snapshot } from '@fluxgate/core'
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'

export interface CircuitProviderProps {
  /** Where names are looked up. */
  readonly registry: CircuitRegistry
  /**
   * The server's snapshots, so that the first client render shows what the server rendered:
   * `[...registry].map((circuit) => circuit.snapshot())`, sent along as JSON.
   */
  readonly snapshots?: readonly Snapshot[] | undefined
  readonly children?: ReactNode
}

/** @internal */
export const CircuitContext = createContext<Omit<CircuitProviderProps, 'children'> | undefined>(
  undefined,
)

/**
 * Lets components below name circuits instead of passing them on.
 *
 * @example
 * <CircuitProvider registry={circuits}>
 *   <App />
 * </CircuitProvider>
 */
export function CircuitProvider(props: CircuitProviderProps): ReactElement {
  return createElement(CircuitContext.Provider, { value: props }, props.children)
}

/** @internal */
export function findCircuit(
  circuit: CircuitBreaker | string,
  context: Omit<CircuitProviderProps, 'children'> | undefined,
): CircuitBreaker {
  if (typeof circuit !== 'string') return circuit
  if (context === undefined) {
    throw new Error(
      `useCircuit('${circuit}') needs to know where circuits are: put <CircuitProvider registry={…}> around the component, or pass the circuit itself`,
    )
  }
  const { registry } = context
  if (registry.has(circuit)) return registry.get(circuit)
  const names = [...registry].map(({ name }) => `'${name}'`)
  throw new Error(
    `no circuit '${circuit}' in the registry, which has ${names.length === 0 ? 'none' : names.join(', ')}`,
  )
}

/** @internal */
export function useFoundCircuit(circuit: CircuitBreaker | string): CircuitBreaker {
  return findCircuit(circuit, useContext(CircuitContext))
}
