import type { CallContext } from './call-options.ts'

/** How a bounded call ended; exactly one of them is told, exactly once. */
export interface BoundedCallEnds<T> {
  readonly value: (value: T) => void
  readonly error: (error: unknown) => void
  readonly aborted: (reason: unknown) => void
  /** Makes the error for a call whose time is over. */
  readonly timedOut: (timeoutMs: number) => Error
}

/**
 * Runs `fn` until it settles, the caller aborts or the time is over, whichever is first. What comes
 * later is swallowed; neither timer nor abort listener is left behind.
 */
export function boundedCall<T>(
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  ends: BoundedCallEnds<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = timeoutMs === undefined ? undefined : new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let settled = false

    const once =
      <A>(end: (outcome: A) => void, pass: (outcome: A) => void) =>
      (outcome: A): void => {
        if (settled) return
        settled = true
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        end(outcome)
        pass(outcome)
      }
    const onValue = once(ends.value, resolve)
    const onError = once(ends.error, reject)
    const onReason = once(ends.aborted, reject)
    const onAbort = () => onReason(signal?.reason)
    signal?.addEventListener('abort', onAbort)
    if (limit !== undefined) {
      timer = setTimeout(() => {
        const error = ends.timedOut(timeoutMs as number)
        onError(error)
        limit.abort(error)
      }, timeoutMs)
    }

    let running: T | PromiseLike<T>
    try {
      running = fn(contextOf(signal, limit?.signal))
    } catch (error) {
      onError(error)
      return
    }
    new Promise<T>((follow) => follow(running)).then(onValue, onError)
  })
}

// `any` keeps the caller's abort working after the call has settled: a response body is still
// being read then, and our own listener is gone.
function contextOf(signal: AbortSignal | undefined, limit: AbortSignal | undefined): CallContext {
  const both = signal && limit ? AbortSignal.any([signal, limit]) : (signal ?? limit)
  return both === undefined ? {} : { signal: both }
}
