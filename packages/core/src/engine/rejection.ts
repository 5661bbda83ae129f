import { CallNotPermittedError } from '../model/errors.ts'
import type { ResolvedOptions } from './breaker-options.ts'
import type { CircuitState } from './circuit-state.ts'

// V8 only; elsewhere `stackTraceLimit` is undefined
const ErrorWithLimit = Error as ErrorConstructor & { stackTraceLimit?: number }

/** The most stack frames that a breaker has between its caller and the constructor of a rejection. */
const OWN_FRAMES = 10

/** Creates what a caller gets whose call a circuit in `state` rejects at `now` (monotonic ms). */
export type Reject<R> = (state: CircuitState, now: number, options: ResolvedOptions) => R

/**
 * Creates the error for a call that a circuit in `state` rejects at `now` (monotonic ms).
 *
 * Capturing a stack costs ten times as much as the rest of the error. V8 captures none while
 * `Error.stackTraceLimit` is 0. With `captureStack` the limit is higher by the frames of the breaker.
 */
export function createRejection(
  state: CircuitState,
  now: number,
  options: ResolvedOptions,
): CallNotPermittedError {
  const { name, rare } = options
  const { kind, reason, retryAt, openedBy } = state
  const retryAfterMs =
    // Stryker disable next-line ConditionalExpression: only an open circuit has a retryAt; the check is for TypeScript
    kind === 'open' && retryAt !== undefined
      ? Math.ceil(Math.max(0, state.probeAt - now)) // timers truncate fractions and would fire early
      : undefined
  const limit = ErrorWithLimit.stackTraceLimit
  let limitChanged = false
  try {
    try {
      if (limit) {
        ErrorWithLimit.stackTraceLimit = rare.captureStack ? limit + OWN_FRAMES : 0
        limitChanged = true
      }
    } catch {} // hardened environments freeze `Error`
    const rejection = new CallNotPermittedError(
      {
        circuitName: name,
        state: kind,
        reason: reason ?? kind, // a circuit that was created in this state has no reason
        retryAt,
        retryAfterMs,
        cause: openedBy,
      },
      options,
    )
    if (state.kind === 'half_open') state.rejections.add(rejection)
    return rejection
  } finally {
    // The limit is global: restore it also when the constructor throws (stack overflow).
    if (limitChanged) ErrorWithLimit.stackTraceLimit = limit as number
  }
}

/** Throws the error of {@link createRejection}. */
export const throwRejection: Reject<never> = (...rejected) => {
  throw createRejection(...rejected)
}
