import type { CircuitController } from '../engine/circuit-controller.ts'
import type { Admission } from '../engine/circuit-state.ts'
import { createRejection } from '../engine/rejection.ts'
import type { JudgeError } from '../model/call-options.ts'
import { CallNotPermittedError } from '../model/errors.ts'

/** Settles an admitted call. Exactly one method must be called, once. */
export class Settlement {
  readonly #circuit: CircuitController
  readonly #admission: Admission
  readonly #start: number | undefined
  readonly #judge: JudgeError | undefined

  /** @param start monotonic ms; undefined for a call that is not timed */
  constructor(
    circuit: CircuitController,
    admission: Admission,
    start: number | undefined,
    judge?: JudgeError,
  ) {
    this.#circuit = circuit
    this.#admission = admission
    this.#start = start
    this.#judge = judge
  }

  success(value: unknown): void {
    this.#circuit.succeed(this.#admission, this.#start, value)
  }

  /** @param hasSignal the call has a signal, so that it may end in an AbortError */
  failure(error: unknown, hasSignal: boolean): void {
    this.#circuit.fail(this.#admission, this.#start, error, hasSignal, this.#judge)
  }

  /** The time limit or a deadline was reached: a failure whatever the tracker, unless ignored. */
  timeout(error: unknown): void {
    this.#circuit.fail(this.#admission, this.#start, error, true, isFailure)
  }

  release(outcome: 'ignored' | 'aborted', reason?: unknown): void {
    this.#circuit.release(this.#admission, this.#start, outcome, reason)
  }
}

const isFailure: JudgeError = () => 'failure'

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
  const start = circuit.start()
  const admission = circuit.admit(start, createRejection, timeoutMs)
  return admission instanceof CallNotPermittedError
    ? admission
    : new Settlement(circuit, admission, start, judge)
}
