import type { ResolvedOptions } from './breaker-options.ts'
import { CallNotPermittedError } from './errors.ts'
import type { CircuitState } from './state.ts'

const engine = Error as ErrorConstructor & { stackTraceLimit?: number }

/**
 * The error for a call that a circuit in `state` did not let in at `now`. A stack costs ten times the
 * rest of an error; V8 captures none while its limit is 0.
 */
export function rejectionBy(
  state: CircuitState,
  now: number,
  { name, captureStack }: ResolvedOptions,
): CallNotPermittedError {
  const { kind } = state
  const retryAt = kind === 'open' ? state.retryAt : undefined
  const retryAfterMs =
    kind === 'open' && retryAt !== undefined ? Math.max(0, state.probeAt - now) : undefined
  const error = 'error' in state ? state.error : undefined
  const limit = captureStack ? undefined : engine.stackTraceLimit
  let lifted = false
  try {
    try {
      if (limit !== undefined) engine.stackTraceLimit = 0
      lifted = limit !== undefined
    } catch {} // hardened code has frozen it
    return new CallNotPermittedError(name, kind, retryAt, retryAfterMs, error)
  } finally {
    // also where making it ran out of stack: it is everybody's limit
    if (lifted) engine.stackTraceLimit = limit as number
  }
}
