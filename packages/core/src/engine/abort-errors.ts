import { errorNamed } from '../policies/trackers.ts'
import type { CircuitController } from './circuit-controller.ts'

export const abortErrors = errorNamed('AbortError')

/** The number of ignored AbortErrors in a row after which a breaker reports them, once. */
export const MAX_ABORT_ERRORS = 20

/**
 * Counts an ignored AbortError of a call without a signal. A client that limits its calls with
 * `setTimeout` and `abort()` fails with AbortErrors while its service hangs. The breaker ignores them,
 * so that it never opens.
 */
export function countAbortError(circuit: CircuitController): void {
  if (++circuit.abortErrors !== MAX_ABORT_ERRORS) return
  const error = new Error(
    `${MAX_ABORT_ERRORS} calls in a row ended in an ignored AbortError, although they had no signal: a client ` +
      'that limits its calls with setTimeout() and abort() switches the breaker off; use timeoutMs, ' +
      'AbortSignal.timeout() or ignore: false',
  )
  circuit.options.report(error, 'tracker')
}
