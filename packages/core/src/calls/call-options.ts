import { type Check, check, checkFunction, checkTimerMs } from '../internal/validation.ts'

/** What a guarded function is given. */
export interface CallContext {
  /**
   * Aborts when the caller gives up or the time is over. Present when there is a `signal` or a
   * time limit; hand it on to `fetch` and its like. It goes on following the caller while a
   * response or stream that the call returned is being read.
   */
  readonly signal?: AbortSignal
}

/** Options of a single call. */
export interface CallOptions<T = unknown, Args extends unknown[] = []> {
  /** The caller's way to give up. An abort rejects at once and is counted nowhere. */
  readonly signal?: AbortSignal | undefined
  /** Time limit of this call in ms, instead of the breaker's. */
  readonly timeoutMs?: number | undefined
  /**
   * Runs at most once, for a rejection or any error, also one that the tracker ignores; never for the
   * caller's own abort. What it returns or throws is what the caller gets: throw the error again where
   * it is to go on.
   */
  readonly fallback?: ((error: unknown, ...args: Args) => T | PromiseLike<T>) | undefined
}

/** Options of a single synchronous call. */
export interface SyncCallOptions<F, Args extends unknown[] = []> {
  /** Answers instead, for a rejection or an error; at most once. */
  readonly fallback?: ((error: unknown, ...args: Args) => F) | undefined
}

export const CALL_OPTIONS: Readonly<Record<keyof CallOptions, Check>> = {
  signal: (option, value) => {
    const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>
    const ok = typeof aborted === 'boolean' && typeof addEventListener === 'function'
    check(ok, option, 'an AbortSignal', value)
  },
  timeoutMs: checkTimerMs,
  fallback: checkFunction,
}
export const SYNC_CALL_OPTIONS: Readonly<Record<keyof SyncCallOptions<unknown>, Check>> = {
  fallback: checkFunction,
}
