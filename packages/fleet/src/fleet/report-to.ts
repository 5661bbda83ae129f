import type { ErrorHandler } from '@fluxgate/core'

/** An error handler that throws must not fail an exchange. */
export function reportTo(onError: ErrorHandler, error: unknown, circuitName: string): void {
  try {
    onError(error, { circuitName, source: 'fleet' })
  } catch {
    // the error of a handler cannot be reported to the same handler
  }
}
