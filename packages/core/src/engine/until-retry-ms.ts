import type { CircuitController } from './circuit-controller.ts'

/** Monotonic ms until an open circuit may probe, at least 0; `Infinity` for never. Undefined in other states. */
export function untilRetryMs(circuit: CircuitController): number | undefined {
  const { current: state } = circuit
  return state.kind === 'open' ? Math.max(0, state.probeAt - circuit.now()) : undefined
}
