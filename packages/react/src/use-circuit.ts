import type { CircuitBreaker, Metrics } from '@fluxgate/core'
import { useContext, useSyncExternalStore } from 'react'
import { CircuitContext, findCircuit } from './circuit-provider.ts'
import type { CircuitView } from './circuit-view.ts'
import { watchOf } from './circuit-watch.ts'

export type { CircuitView } from './circuit-view.ts'

const DEFAULT_THROTTLE_MS = 250

/** Options of {@link useCircuit}. */
export interface UseCircuitOptions {
  /**
   * See the metrics too, renewed every so many ms, 1 to 1e9, and when the state changes; `true` is
   * 250 ms.
   * Default `false`, which renders only when the circuit itself changed.
   */
  readonly metrics?: boolean | number | undefined
}

/**
 * Shows a circuit: its state, when it will try again, whether a call would be let through now.
 *
 * Renders only when something it returns has changed. `call` and `reset` stay the same for as long
 * as the circuit does. On the server a circuit is what its snapshot says.
 *
 * @param circuit a circuit, or its name in the registry of the nearest `CircuitProvider`
 * @throws Error when the name is unknown, naming those that are known, or when there is no provider;
 * RangeError when `metrics` is a number outside 1 to 1e9
 * @example
 * function Payments() {
 *   const { state, permitted, call } = useCircuit('payments')
 *   return <button disabled={!permitted} onClick={() => call(pay)}>{state}</button>
 * }
 */
export function useCircuit(
  circuit: CircuitBreaker | string,
  options: { readonly metrics: true | number },
): CircuitView & { readonly metrics: Metrics }
export function useCircuit(
  circuit: CircuitBreaker | string,
  options?: UseCircuitOptions,
): CircuitView
export function useCircuit(
  circuit: CircuitBreaker | string,
  { metrics = false }: UseCircuitOptions = {},
): CircuitView {
  const throttleMs = throttleOf(metrics)
  const context = useContext(CircuitContext)
  const found = findCircuit(circuit, context)
  const watch = watchOf(found, throttleMs)
  const sent = context?.snapshots?.find(({ name }) => name === found.name)
  return useSyncExternalStore(
    watch.subscribe,
    () => watch.view(),
    () => watch.view(sent),
  )
}

function throttleOf(metrics: boolean | number): number {
  if (typeof metrics === 'boolean') return metrics ? DEFAULT_THROTTLE_MS : 0
  if (metrics >= 1 && metrics <= 1e9) return metrics
  throw new RangeError(`useCircuit: metrics must be a boolean or 1 to 1e9 ms, got ${metrics}`)
}
