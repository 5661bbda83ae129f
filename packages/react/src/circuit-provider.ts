import type { CircuitBreaker, CircuitRegistry, Snapshot } from '@fluxgate/core'
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useMemo,
} from 'react'

export interface CircuitProviderProps {
  /** Where names are looked up. */
  readonly registry: CircuitRegistry
  /**
   * The server's snapshots, given to the provider on the server and, sent along as JSON, to the one
   * in the browser: so its first render shows what the server rendered, also while that streams.
   * `[...registry].map((circuit) => circuit.snapshot())`
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
export function CircuitProvider({
  registry,
  snapshots,
  children,
}: CircuitProviderProps): ReactElement {
  // the same object, or who renders the provider would render all that use it
  const value = useMemo(() => ({ registry, snapshots }), [registry, snapshots])
  return createElement(CircuitContext.Provider, { value }, children)
}

/** @internal */
export function findCircuit(
  circuit: CircuitBreaker | string,
  context: Omit<CircuitProviderProps, 'children'> | undefined,
): CircuitBreaker {
  if (typeof circuit !== 'string') return circuit
  const registry = context?.registry
  if (!registry)
    throw new Error(`circuit '${circuit}' needs a <CircuitProvider registry> around it`)
  if (registry.has(circuit)) return registry.get(circuit)
  const names = Array.from(registry, ({ name }) => `'${name}'`).join(', ') || 'none'
  throw new Error(`no circuit '${circuit}' in the registry, which has ${names}`)
}

/** @internal */
export function useFoundCircuit(circuit: CircuitBreaker | string): CircuitBreaker {
  return findCircuit(circuit, useContext(CircuitContext))
}
