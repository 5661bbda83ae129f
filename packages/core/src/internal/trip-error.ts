/**
 * The key of an option of `trip()`: the error that opens the circuit, for the guarded fetch. The retry
 * schedule then uses the delay that the error requests, as if the rule had opened the circuit.
 */
export const tripError: unique symbol = Symbol.for('fluxgate.tripError') as never

export interface TripError {
  readonly [tripError]?: unknown
}
