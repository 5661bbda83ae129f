import type { CircuitController } from '../engine/circuit-controller.ts'
import { CallNotPermittedError } from '../model/errors.ts'

/** The ways to settle an admitted call. Exactly one must be called, once. */
export interface Settlement {
  success(value: unknown): void
  failure(error: unknown): void
  release(outcome: 'ignored' | 'aborted', reason?: unknown): void
}

/** Admits a call that starts now, or returns the rejection. */
export function enter(circuit: CircuitController): Settlement | CallNotPermittedError {
  const start = circuit.now()
  const admission = circuit.admit(start)
  if (admission instanceof CallNotPermittedError) return admission
  return {
    success: (value) => circuit.succeed(admission, start, value),
    failure: (error) => circuit.fail(admission, start, error),
    release: (outcome, reason) => circuit.release(admission, start, outcome, reason),
  }
}
