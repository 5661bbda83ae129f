import type { CircuitBreaker } from '../circuit-breaker.ts'
import { report } from '../internal/error-handler.ts'
import { booleanResult } from '../internal/policy-result.ts'
import type { TripOptions } from '../model/circuit-handle.ts'
import type { HttpStatusError } from './http-status-error.ts'
import { requestedDelay } from './requested-delay.ts'

/** Whether a response is a failure. `isFailure` replaces the choice by status. */
export function isFailedResponse(
  circuit: CircuitBreaker,
  response: Response,
  isFailure: ((response: Response) => boolean) | undefined,
): boolean {
  try {
    if (isFailure) return booleanResult('createFetch: isFailure', isFailure(response))
  } catch (error) {
    circuit[report]?.(error, 'tracker')
  }
  const { status, type } = response
  // an opaque response has the status 0 too
  return status >= 500 || status === 429 || type === 'error'
}

/** Whether the response is of another origin, after a redirect. Old polyfills lack `redirected`. */
export function isOfOtherOrigin(url: URL | undefined, response: Response): boolean {
  if (url === undefined || response.redirected === false) return false
  try {
    return new URL(response.url).origin !== url.origin
  } catch {
    return false // an opaque response has no URL
  }
}

/** The capped delay that a 429 or 503 requests, in ms above 0; undefined without one. */
export function delayOf(
  { status, headers }: Response,
  timestamp: number,
  maxMs: number,
): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  // a mock may have no headers, or a plain object
  const delayMs =
    typeof headers?.get === 'function' ? requestedDelay(headers, timestamp) : undefined
  return delayMs && Math.min(delayMs, maxMs)
}

/**
 * Opens a circuit that is closed or half-open for the delay that `error` requests. When the circuit
 * reopens, the retry schedule may demand more.
 */
export function openFor(circuit: CircuitBreaker, delayMs: number, error: HttpStatusError): void {
  const { state, reopens } = circuit.snapshot()
  if (state !== 'closed' && state !== 'half_open') return
  const options = {
    reason: `Retry-After of ${Math.ceil(delayMs / 1_000)} s`,
    reopens: state === 'closed' ? 0 : Math.min(reopens + 1, Number.MAX_SAFE_INTEGER),
  }
  const tripWith: (options: TripOptions, error: HttpStatusError) => void = circuit.trip
  tripWith.call(circuit, options, error)
}
