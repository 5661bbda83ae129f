import type { CircuitRegistry, Snapshot } from '@fluxgate/core'
import { createContext, createElement, type ReactElement, type ReactNode, useMemo } from 'react'

export interface CircuitProviderProps {
  /** The registry in which names are looked up. */
  readonly registry: CircuitRegistry
  /**
   * Snapshots of the server's circuits. Pass the same ones on the server and, as JSON, in the browser:
   * the server's HTML and the first render in the browser then show them, also while it streams. A
   * circuit without a snapshot has a neutral view there.
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
