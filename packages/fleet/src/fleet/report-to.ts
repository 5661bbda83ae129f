import type { ErrorHandler } from '@fluxgate/core'

/** Calls the error handler. When it throws, the exchange still succeeds. */
export function reportTo(onError: ErrorHandler, error: unknown, circuitName: string): void {
  try {
    onError(error, { circuitName, source: 'fleet' })
  } catch {
    // the error of a handler cannot be reported to the same handler
  }
}
