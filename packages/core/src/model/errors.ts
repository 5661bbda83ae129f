import { brand } from '../internal/brand.ts'
import { identity, identityOf } from '../internal/circuit-identity.ts'
import type { ErrorSummary } from './error-summary.ts'
import type { State } from './state.ts'

/** The fields of a {@link CallNotPermittedError}. */
export interface RejectionFields {
  readonly circuitName: string
  readonly state: State
  /** Why the circuit is in this state. */
  readonly reason: string
  /** Default `'ERR_CIRCUIT_OPEN'`. */
  readonly code?: RejectionCode | undefined
  readonly retryAt?: number | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: ErrorSummary | undefined
}

/** Why a call was rejected: the circuit is not closed, or it is closed and sheds load. */
export type RejectionCode = 'ERR_CIRCUIT_OPEN' | 'ERR_CIRCUIT_SHED'

/**
 * The circuit rejected the call; the function was not called.
 *
 * Servers answer it with 503: Express and Koa use `status`, `expose` and `headers` of an error.
 *
 * `cause` summarises the error that opened the circuit. Rejections must be cheap, so a stack is
 * captured only when the breaker has `captureStack: true`.
 *
 * @example
 * try {
 *   await payments.call(pay)
 * } catch (error) {
 *   const rejection = findRejection(error)
 *   if (rejection) return busy({ retryAfterMs: rejection.retryAfterMs })
 *   throw error
 * }
 */
export class CallNotPermittedError extends Error {
  declare readonly circuitName: string
  declare readonly state: State
  /** Why the circuit is in this state, in words. */
  declare readonly reason: string
  /** Unix ms of the next probe. Absent in half_open, in forced_open and with `retryNever()`. */
  declare readonly retryAt?: number
  /** Milliseconds from the rejection to `retryAt`: a whole number, rounded up, at least 0. */
  declare readonly retryAfterMs?: number
  /** A summary of the error that opened the circuit. Absent after a result or a manual transition. */
  declare readonly cause?: ErrorSummary

  // private, so that consoles do not show it
  readonly #owner: { identity?: object } | undefined

  /**
   * Breakers create it. `retryAt`, `retryAfterMs` and `cause` are absent when undefined.
   *
   * @param owner for a breaker; do not pass it
   */
  constructor(fields: RejectionFields, owner?: { identity?: object }) {
    const { circuitName, state, reason, code, retryAt, retryAfterMs, cause } = fields
    const wait = retryAfterMs === undefined ? '' : `; retry in ${retryAfterMs} ms`
    super(
      `circuit ${JSON.stringify(circuitName)} is ${state}, the call was not sent${wait}`,
      cause && { cause },
    )
    this.#owner = owner
    this.circuitName = circuitName
    this.state = state
    this.reason = reason
    if (retryAt !== undefined) this.retryAt = retryAt
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
    if (code !== undefined) assign(this, 'code', code, false)
  }

  // Accessors on the prototype: a rejection must be cheap, and most are never read. They have setters,
  // because frameworks assign to the errors that they handle.

  override get name(): string {
    return 'CallNotPermittedError'
  }
  override set name(value) {
    assign(this, 'name', value)
  }

  get code(): RejectionCode {
    return 'ERR_CIRCUIT_OPEN'
  }
  set code(value) {
    assign(this, 'code', value)
  }

  /** The HTTP status with which a server answers: 503. */
  get status(): number {
    return 503
  }
  set status(value) {
    assign(this, 'status', value)
  }

  /** False: a server does not show the message to its client. */
  get expose(): boolean {
    return false
  }
  set expose(value) {
    assign(this, 'expose', value)
  }

  /** `Retry-After` in whole seconds, at least 1; empty without `retryAfterMs`. */
  get headers(): Record<string, string> {
    const { retryAfterMs } = this
    return retryAfterMs === undefined
      ? {}
      : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }
  }
  set headers(value) {
    assign(this, 'headers', value)
  }

  /**
   * `FLUXGATE_REJECTED;<hash of circuitName>;<retryAt, or empty>`. React Server Components pass the
   * digest of an error to the browser, and nothing else of it. The hash hides internal host names.
   */
  get digest(): string {
    return `FLUXGATE_REJECTED;${hash(this.circuitName)};${this.retryAt ?? ''}`
  }
  set digest(value) {
    assign(this, 'digest', value)
  }

  /** @internal That of its breaker. Undefined for one that something else created, and for a proxy. */
  get [identity](): object | undefined {
    return #owner in this && this.#owner ? identityOf(this.#owner) : undefined
  }

  get [brand](): 'CallNotPermittedError' {
    return 'CallNotPermittedError'
  }
}

function assign(target: object, key: string, value: unknown, enumerable = true): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true })
}

/** FNV-1a, 32 bits, of the UTF-16 code units of `text`, as eight hexadecimal digits. */
function hash(text: string): string {
  let bits = 0x811c9dc5
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  return (bits >>> 0).toString(16).padStart(8, '0')
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

  get code(): 'ETIMEDOUT' {
    return 'ETIMEDOUT'
  }

  get [brand](): 'TimeoutError' {
    return 'TimeoutError'
  }
}
