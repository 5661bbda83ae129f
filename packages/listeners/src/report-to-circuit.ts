import type { CircuitHandle, ListenerObject } from '@fluxgate/core'

/**
 * Passes an error to the circuit's `onError` with the source `listener`.
 *
 * For errors that happen outside the calls of the circuit to its listeners. The circuit reports what
 * a listener throws, so this subscribes a listener that throws and unsubscribes it.
 */
export function reportToCircuit(circuit: CircuitHandle, error: unknown): void {
  const listener: ListenerObject = {
    onAttach() {
      throw error
    },
  }
  circuit.subscribe(listener)()
}
