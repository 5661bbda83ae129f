import type { CircuitController } from '../engine/circuit-controller.ts'
import type { Admission } from '../engine/circuit-state.ts'
import { createRejection } from '../engine/rejection.ts'
import type { JudgeError } from '../model/call-options.ts'
import { CallNotPermittedError } from '../model/errors.ts'

/** The ways to settle an admitted call. Exactly one must be called, once. */
export interface Settlement {
  success(value: unknown): void
  /** @param hasSignal the call has a signal, so that it may end in an AbortError */
  failure(error: unknown, hasSignal: boolean): void
  /** The time limit or a deadline was reached: a failure whatever the tracker, unless ignored. */
  timeout(error: unknown): void
  release(outcome: 'ignored' | 'aborted', reason?: unknown): void
  /** Milliseconds since the call was admitted. */
  elapsedMs(): number
}

/**
 * Admits a call that starts now, or returns the rejection.
 *
 * @param timeoutMs the time limit of the call, for the lease of a probe
 */
export function enter(
  circuit: CircuitController,
  timeoutMs?: number,
  judge?: JudgeError,
): Settlement | CallNotPermittedError {
  const start = circuit.now()
  const admission = circuit.admit(start, createRejection, timeoutMs)
  return admission instanceof CallNotPermittedError
    ? admission
    : settlementOf(circuit, admission, start, judge)
}

/** {@link enter}, but returns undefined instead of an error, which would not be used. */
export function tryEnter(circuit: CircuitController, timeoutMs: number): Settlement | undefined {
  const start = circuit.now()
  const admission = circuit.admit(start, noRejection, timeoutMs)
  return admission && settlementOf(circuit, admission, start)
}

const noRejection = () => undefined

const isFailure: JudgeError = () => 'failure'

function settlementOf(
  circuit: CircuitController,
  admission: Admission,
  start: number,
  judge?: JudgeError,
): Settlement {
  return {
    success: (value) => circuit.succeed(admission, start, value),
    failure: (error, hasSignal) => circuit.fail(admission, start, error, hasSignal, judge),
    timeout: (error) => circuit.fail(admission, start, error, true, isFailure),
    release: (outcome, reason) => circuit.release(admission, start, outcome, reason),
    elapsedMs: () => circuit.now() - start,
  }
}
