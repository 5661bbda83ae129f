import { type Reporter, reportError } from '../internal/error-handler.ts'
import { errorNamed } from '../policies/trackers.ts'

export const abortErrors = errorNamed('AbortError')

/** The number of ignored AbortErrors in a row after which a breaker reports them, once. */
export const MAX_ABORT_ERRORS = 20

/**
 * Counts an ignored AbortError of a call without a signal. A client that limits its calls with
 * `setTimeout` and `abort()` fails with AbortErrors while its service hangs. The breaker ignores them,
 * so that it never opens.
 */
export function countAbortError(circuit: {
  abortErrors: number
  readonly options: Reporter
}): void {
  if (++circuit.abortErrors !== MAX_ABORT_ERRORS) return
  const error = new Error(
    `${MAX_ABORT_ERRORS} calls in a row ended in an ignored AbortError; set timeoutMs, AbortSignal.timeout() or ignore: false`,
  )
  reportError(circuit.options, error, 'tracker')
}
