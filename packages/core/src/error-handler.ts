import { isThenable } from './thenable.ts'

/** Whose code failed. */
export type ErrorSource = 'listener' | 'tracker' | 'tripper' | 'permit' | 'retry'

/** Is told of every error in code that a breaker calls and must survive. */
export type ErrorHandler = (
  error: unknown,
  context: { readonly circuitName: string; readonly source: ErrorSource },
) => void

const toConsole: ErrorHandler = (error, { circuitName, source }) =>
  console.error(`[fluxgate] a ${source} of circuit ${JSON.stringify(circuitName)} failed:`, error)

/** Tells an error to `onError`; never throws. When that fails itself, the console is told of both. */
export function tellError(
  error: unknown,
  source: ErrorSource,
  circuitName: string,
  onError: ErrorHandler = toConsole,
): void {
  const context = { circuitName, source }
  const giveUp = (failure: unknown) => {
    try {
      toConsole(error, context)
      toConsole(failure, context)
    } catch {
      // not even the console works: there is nobody left to tell
    }
  }
  try {
    const result: unknown = onError(error, context)
    if (isThenable(result)) result.then(undefined, giveUp)
  } catch (failure) {
    giveUp(failure)
  }
}
