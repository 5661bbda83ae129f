import type { CircuitHandle } from '../model/circuit-handle.ts'

/** The members of a circuit that change no state. */
export type ObservedCircuit = Pick<
  CircuitHandle,
  'clock' | 'rejections' | 'toJSON' | 'snapshot' | 'explain' | 'watch' | 'subscribe'
>

/**
 * A view of a circuit through which nothing can change its state, for `controls: false`. Scripts of
 * the page can reach what the hook refers to, for example with a replaced `WeakRef.prototype.deref`.
 * So the hook receives this object instead of the circuit.
 *
 * It lives as long as the circuit: the cleanup function of its listener refers to it.
 */
export function observedOnly(circuit: CircuitHandle): ObservedCircuit {
  return Object.freeze({
    clock: circuit.clock,
    get rejections() {
      return circuit.rejections
    },
    toJSON: () => circuit.toJSON(),
    snapshot: () => circuit.snapshot(),
    explain: () => circuit.explain(),
    watch: () => circuit.watch(),
    subscribe: (listener: Parameters<CircuitHandle['subscribe']>[0]) => circuit.subscribe(listener),
  })
}
