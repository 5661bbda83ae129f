import { brand } from '../internal/brand.ts'
import type { State } from './state.ts'

/** @internal Registered, not unique: an error of another realm or copy of the package has it too. */
export const callNotPermittedBrand: unique symbol = Symbol.for(
  'fluxgate.CallNotPermittedError',
) as never

/**
 * A circuit did not let a call through; nothing was sent.
 *
 * Carries what a caller needs to answer honestly: which circuit, its state, when to try again, and
 * as `cause` the error that opened it. No stack is captured unless the breaker has
 * `captureStack: true`, because a rejection must be cheap.
 *
 * @example
 * try {
 *   await payments.call(pay)
 * } catch (error) {
 *   if (isCallNotPermitted(error)) return busy({ retryAfterMs: error.retryAfterMs })
 *   throw error
 * }
 */
export class CallNotPermittedError extends Error {
  declare readonly circuitName: string
  declare readonly state: State
  /** Unix ms of the next probe; absent where nobody knows (half_open, forced_open, `retryNever()`). */
  declare readonly retryAt?: number
  /** Whole milliseconds from now to `retryAt`, rounded up and never negative. */
  declare readonly retryAfterMs?: number

  /** Made by breakers; `retryAt` and `cause` are left out where they are undefined. */
  constructor(
    circuitName: string,
    state: State,
    retryAt?: number | undefined,
    retryAfterMs?: number | undefined,
    cause?: unknown,
  ) {
    const wait = retryAfterMs === undefined ? '' : `; retry in ${retryAfterMs} ms`
    super(
      `circuit ${JSON.stringify(circuitName)} is ${state}, the call was not sent${wait}`,
      cause === undefined ? cause : { cause }, // JSON must not show it: it may go round, or be secret
    )
    this.circuitName = circuitName
    this.state = state
    if (retryAt !== undefined) this.retryAt = retryAt
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
  }

  override get name(): 'CallNotPermittedError' {
    return 'CallNotPermittedError'
  }

  get [callNotPermittedBrand](): true {
    return true
  }
}

/**
 * True for a {@link CallNotPermittedError} of any breaker, also of another realm (an iframe, a
 * `vm` context) or another copy of this package, where `instanceof` is false. Not of a structured clone,
 * as a worker posts it: that keeps the message of an error, its cause, and nothing of its own.
 */
export function isCallNotPermitted(error: unknown): error is CallNotPermittedError {
  try {
    return (
      typeof error === 'object' &&
      error !== null &&
      (error as { [callNotPermittedBrand]?: true })[callNotPermittedBrand] === true
    )
  } catch {
    return false // a revoked or hostile proxy
  }
}

/**
 * A call took longer than its `timeoutMs`. The tracker judges it like any error.
 *
 * @example
 * tracker: errorType(TypeError, TimeoutError)
 */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  declare readonly circuitName: string
  /** The limit that was passed, in milliseconds. */
  declare readonly timeoutMs: number

  constructor(circuitName: string, timeoutMs: number) {
    super(`call through circuit ${JSON.stringify(circuitName)} took longer than ${timeoutMs} ms`)
    this.circuitName = circuitName
    this.timeoutMs = timeoutMs
  }

  get [brand](): 'TimeoutError' {
    return 'TimeoutError'
  }
}
