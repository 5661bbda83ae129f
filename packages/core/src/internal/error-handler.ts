import { isThenable } from './thenable.ts'

/** The kind of user code that threw. */
export type ErrorSource =
  | 'listener'
  | 'window'
  | 'tracker'
  | 'tripper'
  | 'permit'
  | 'retry'
  | 'registry'
  | 'key'
  | 'timeoutMs'
  | 'fleet'

/** The key of a breaker's method that calls its `onError`, for callbacks outside of the breaker. */
export const report: unique symbol = Symbol.for('fluxgate.report') as never

/** Receives each error that a callback of a breaker throws or rejects with. */
export type ErrorHandler = (
  error: unknown,
  context: { readonly circuitName: string; readonly source: ErrorSource },
) => void

export interface Reporter {
  report(error: unknown, source: ErrorSource): void
}

/** Returns what `callback` returns. Reports an error that it throws, and returns `fallback`. */
export function callOrDefault<T>(
  reporter: Reporter,
  source: ErrorSource,
  fallback: T,
  callback: () => T,
): T {
  try {
    return callback()
  } catch (error) {
    reporter.report(error, source)
    return fallback
  }
}

const logToConsole: ErrorHandler = (error, { circuitName, source }) =>
  console.error(`[fluxgate] a ${source} of circuit ${JSON.stringify(circuitName)} failed:`, error)

/** Calls `onError`; never throws. When `onError` fails too, both errors go to the console. */
export function reportError(
  error: unknown,
  source: ErrorSource,
  circuitName: string,
  onError: ErrorHandler = logToConsole,
): void {
  const context = { circuitName, source }
  const logBoth = (handlerError: unknown) => {
    try {
      logToConsole(error, context)
      logToConsole(handlerError, context)
    } catch {
      // the console throws too, so that the errors cannot be reported anywhere
    }
  }
  runSafely(() => onError(error, context), logBoth)
}

/** Runs a callback; never throws. What it throws or its promise rejects with goes to `onFailure`. */
export function runSafely(callback: () => unknown, onFailure: (error: unknown) => void): void {
  try {
    const result = callback()
    if (isThenable(result)) result.then(undefined, onFailure)
  } catch (error) {
    onFailure(error)
  }
}
