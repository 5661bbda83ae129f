import type { CircuitHandle, CircuitRegistry, Snapshot } from '@fluxgate/core'
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
} from 'react'

export interface CircuitProviderProps {
  /** The registry in which names are looked up. */
  readonly registry: CircuitRegistry
  /**
   * Snapshots of the server's circuits. Pass the same ones on the server and, as JSON, in the browser:
   * the first render in the browser then matches the server's HTML, also while it streams.
   *
   * `[...registry].map((circuit) => circuit.snapshot())`
   */
  readonly snapshots?: readonly Snapshot[] | undefined
  readonly children?: ReactNode
}

/** @internal */
export type CircuitContextValue = Omit<CircuitProviderProps, 'children'>

/** @internal */
export const CircuitContext = createContext<CircuitContextValue | undefined>(undefined)

/**
 * Lets components below refer to circuits by name.
 *
 * @example
 * <CircuitProvider registry={circuits}>
 *   <App />
 * </CircuitProvider>
 */
export function CircuitProvider({
  registry,
  snapshots,
  children,
}: CircuitProviderProps): ReactElement {
  // Stable, so that a render of the provider does not render every component that uses it.
  const value = useMemo(() => ({ registry, snapshots }), [registry, snapshots])
  return createElement(CircuitContext.Provider, { value }, children)
}

/** @internal */
export function findCircuit(
  circuit: CircuitHandle | string,
  context: CircuitContextValue | undefined,
): CircuitHandle {
  if (typeof circuit !== 'string') return circuit
  const registry = context?.registry
  if (!registry) {
    throw new Error(`circuit '${circuit}' is used by name outside a <CircuitProvider registry>`)
  }
  // `has` first: `get` would create the circuit.
  if (registry.has(circuit)) return registry.get(circuit)
  const names = Array.from(registry, ({ name }) => `'${name}'`).join(', ')
  throw new Error(
    `circuit '${circuit}' is not in the registry of <CircuitProvider>; its circuits: ${names || '(none)'}`,
  )
}

/** @internal */
export function useFoundCircuit(circuit: CircuitHandle | string): CircuitHandle {
  return findCircuit(circuit, useContext(CircuitContext))
}
