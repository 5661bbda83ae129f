import type { CircuitHandle, Metrics } from '@fluxgate/core'
import { useContext, useSyncExternalStore } from 'react'
import { CircuitContext } from './circuit-provider.ts'
import type { CircuitView } from './circuit-view.ts'
import { viewsOf } from './circuit-views.ts'
import { useResolvedCircuit } from './resolved-circuits.ts'

export type { CircuitView } from './circuit-view.ts'

const DEFAULT_THROTTLE_MS = 250

/** Options of {@link useCircuit}. */
export interface UseCircuitOptions {
  /**
   * Adds `metrics` to the view. They are renewed at this interval in ms, 1 to 1e9, and when the state
   * changes. `true` is 250 ms. Default `false`.
   */
  readonly metrics?: boolean | number | undefined
}

/**
 * Returns a circuit's state, its retry time, and whether a call would be admitted now.
 *
 * The component renders only when a returned value has changed. `call` and `reset` are always the
 * same functions for a circuit.
 *
 * On the server, and in the first render of its HTML in the browser, the view shows the snapshot that
 * the `CircuitProvider` has of the circuit. Without one it is neutral, so that both sides render the
 * same: `{ ready: false, permitted: true, state: undefined }`.
 *
 * A circuit that a component shows is not evicted from its registry. When a name is deleted and
 * defined again, the component shows the new circuit.
 *
 * @param circuit a circuit, or its name in the registry of the nearest `CircuitProvider`
 * @throws Error when the name is unknown (the message lists the known names), or without a provider
 * @throws RangeError when `metrics` is a number outside 1 to 1e9
 * @example
 * function Payments() {
 *   const { state, permitted, call } = useCircuit('payments')
 *   return <button disabled={!permitted} onClick={() => call(pay)}>{state}</button>
 * }
 */
export function useCircuit(
  circuit: CircuitHandle | string,
  options: { readonly metrics: true | number },
): CircuitView & { readonly metrics: Metrics }
export function useCircuit(
  circuit: CircuitHandle | string,
  options?: UseCircuitOptions,
): CircuitView
export function useCircuit(
  circuit: CircuitHandle | string,
  { metrics = false }: UseCircuitOptions = {},
): CircuitView {
  const metricsMs = metricsMsOf(metrics)
  const snapshots = useContext(CircuitContext)?.snapshots
  const resolved = useResolvedCircuit(circuit)
  const { subscribe, view, serverView } = viewsOf(resolved, metricsMs)
  return useSyncExternalStore(subscribe, view, () =>
    serverView(snapshots?.find(({ name }) => name === resolved.name)),
  )
}

function metricsMsOf(metrics: boolean | number): number {
  if (typeof metrics === 'boolean') return metrics ? DEFAULT_THROTTLE_MS : 0
  if (metrics >= 1 && metrics <= 1e9) return metrics
  throw new RangeError(`useCircuit: metrics must be a boolean or 1 to 1e9 ms, got ${metrics}`)
}
