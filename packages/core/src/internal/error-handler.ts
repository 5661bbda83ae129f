import { isThenable } from './thenable.ts'

/** Whose code failed. */
export type ErrorSource = 'listener' | 'tracker' | 'tripper' | 'permit' | 'retry'

/** Is told of every error in code that a breaker calls and must survive. */
export type ErrorHandler = (
  error: unknown,
  context: { readonly circuitName: string; readonly source: ErrorSource },
) => void

/** What code that may throw is told to. */
interface Reporter {
  report(error: unknown, source: ErrorSource): void
}

/** What `ask` answers, or `otherwise` when it throws, which is reported. */
export function callOrDefault<T>(
  reporter: Reporter,
  source: ErrorSource,
  otherwise: T,
  ask: () => T,
): T {
  try {
    return ask()
  } catch (error) {
    reporter.report(error, source)
    return otherwise
  }
}

const toConsole: ErrorHandler = (error, { circuitName, source }) =>
  console.error(`[fluxgate] a ${source} of circuit ${JSON.stringify(circuitName)} failed:`, error)

/** Tells an error to `onError`; never throws. When that fails itself, the console is told of both. */
export function reportError(
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
  runSafely(() => onError(error, context), giveUp)
}

/** Runs code that must harm nobody: what it throws or its promise rejects with goes to `tell`. */
export function runSafely(run: () => unknown, tell: (error: unknown) => void): void {
  try {
    const result = run()
    if (isThenable(result)) result.then(undefined, tell)
  } catch (error) {
    tell(error)
  }
}
