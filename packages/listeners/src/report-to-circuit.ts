import type { CircuitBreaker } from '@fluxgate/core'

/**
 * Tells a circuit's `onError` of something that went wrong outside any of the circuit's own calls
 * to a listener. A breaker reports what a listener throws, so one joins, throws and leaves.
 */
export function tellOnError(circuit: CircuitBreaker, error: unknown): void {
  const leave = circuit.subscribe({
    onAttach() {
      throw error
    },
  })
  leave()
}
