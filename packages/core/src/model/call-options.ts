import type { Outcome } from './outcome.ts'

/**
 * The key of an internal call option: decides the outcome of an error before the tracker. A symbol, so
 * that options checks and users do not see it; registered, for a registry of another copy of the package.
 */
export const judgeError: unique symbol = Symbol.for('fluxgate.judgeError') as never

/** Must not throw. Undefined: the tracker decides. The option `ignore` prevails over a failure. */
export type JudgeError = (error: unknown) => Outcome | undefined

/** Of a time limit or a deadline that was reached: a failure whatever the tracker, unless ignored. */
export const isFailure: JudgeError = () => 'failure'

/** The argument of a guarded function. */
export interface CallContext {
  /**
   * Aborts when the caller aborts or the time limit is reached. Present when the call has a `signal`
   * or a time limit. Pass it to `fetch` and other cancellable functions. While a response or stream
   * that the call returned is being read, it still follows the caller's signal.
   */
  readonly signal?: AbortSignal
}

/** Options of a single call. */
export interface CallOptions<T = unknown, Args extends unknown[] = []> {
  /**
   * Lets the caller abort: the call rejects at once with the signal's reason and is not counted. It
   * rejects with an `AbortError` when the signal has no reason.
   *
   * A reason named `TimeoutError`, as of `AbortSignal.timeout()`, is a deadline: the call counts as a
   * failure, and the fallback is called. The breaker option `deadline: 'ignore'` turns that off.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * Time limit of this call in ms, above 0 and at most 2,147,483,647, or `Infinity` for none. Default:
   * the breaker's.
   */
  readonly timeoutMs?: number | undefined
  /**
   * Called at most once, with a rejection or any error, also one that the tracker ignores. It is not
   * called when the caller aborts, and when the caller aborts while it runs, the call rejects at once.
   * The caller receives what it returns or throws; rethrow the error to pass it on.
   */
  readonly fallback?: ((error: unknown, ...args: Args) => T | PromiseLike<T>) | undefined
  /** @internal */
  readonly [judgeError]?: JudgeError | undefined
}

/** Options of a single synchronous call. */
export interface SyncCallOptions<F, Args extends unknown[] = []> {
  /** Called at most once, with a rejection or an error. The caller receives what it returns. */
  readonly fallback?: ((error: unknown, ...args: Args) => F) | undefined
}

/** Options of a ticket. */
export interface TicketOptions {
  /**
   * Time limit of the work in ms, above 0 and at most 2,147,483,647. A ticket that is settled later
   * counts as a `TimeoutError`. Use `Infinity` for streams, which have no limit. Default: the breaker's.
   */
  readonly timeoutMs?: number | undefined
}
