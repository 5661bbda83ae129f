import type { State } from './state.ts'

/**
 * @internal Marks the error classes of this package, with the name of the class as value. Registered,
 * so that `errorType()` recognises an error of another realm or another copy of the package.
 */
export const errorBrand: unique symbol = Symbol.for('fluxgate.error') as never

/** @internal `Symbol.for`, so that errors of other realms and copies of the package have it too. */
export const callNotPermittedBrand: unique symbol = Symbol.for(
  'fluxgate.CallNotPermittedError',
) as never

/**
 * The circuit rejected the call; the function was not called.
 *
 * `cause` is the error that opened the circuit. Rejections must be cheap, so a stack is captured only
 * when the breaker has `captureStack: true`.
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
  /** Unix ms of the next probe. Absent in half_open, in forced_open and with `retryNever()`. */
  declare readonly retryAt?: number
  /** Milliseconds from the rejection to `retryAt`: a whole number, rounded up, at least 0. */
  declare readonly retryAfterMs?: number

  /** Breakers create it. `retryAt`, `retryAfterMs` and `cause` are absent when undefined. */
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
      cause === undefined ? cause : { cause }, // not enumerable: it may be circular or confidential
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
 * Returns true for a {@link CallNotPermittedError} of any breaker, also of another realm (an iframe,
 * a `vm` context) or another copy of this package, where `instanceof` is false. Returns false for a
 * structured clone, such as a worker posts: cloning keeps only the message and the cause of an error.
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
 * A call exceeded its `timeoutMs`. The tracker handles it like any other error.
 *
 * @example
 * tracker: errorType(TypeError, TimeoutError)
 */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  declare readonly circuitName: string
  /** The time limit in milliseconds. */
  declare readonly timeoutMs: number

  constructor(circuitName: string, timeoutMs: number) {
    super(`call through circuit ${JSON.stringify(circuitName)} took longer than ${timeoutMs} ms`)
    this.circuitName = circuitName
    this.timeoutMs = timeoutMs
  }

  get [errorBrand](): 'TimeoutError' {
    return 'TimeoutError'
  }
}
