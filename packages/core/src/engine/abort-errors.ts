import { errorNamed } from '../policies/trackers.ts'

export const abortErrors = errorNamed('AbortError')

/** The number of ignored AbortErrors in a row after which a breaker reports them. */
export const MAX_ABORT_ERRORS = 20

/**
 * A client that limits its calls with `setTimeout` and `abort()` fails with AbortErrors while its
 * service hangs. The breaker ignores them, so that it never opens.
 */
export function tooManyAbortErrors(): Error {
  return new Error(
    `${MAX_ABORT_ERRORS} calls in a row ended in an ignored AbortError, although they had no signal: a client ` +
      'that limits its calls with setTimeout() and abort() switches the breaker off; use timeoutMs, ' +
      'AbortSignal.timeout() or ignore: false',
  )
}
