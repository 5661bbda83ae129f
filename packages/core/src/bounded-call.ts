import { onAbort } from './abort-relay.ts'
import type { CallContext } from './call-options.ts'
import { abortWhileRead } from './reading.ts'

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
 * later is swallowed; no timer is left behind, and no abort listener but for a stream to be read.
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
        stopListening?.()
        if (signal?.aborted === false && limit !== undefined) abortWhileRead(outcome, signal, limit)
        end(outcome)
        pass(outcome)
      }
    const onValue = once(ends.value, resolve)
    const onError = once(ends.error, reject)
    const onReason = once(ends.aborted, reject)
    const stopListening =
      signal &&
      onAbort(signal, () => {
        onReason(signal.reason)
        limit?.abort(signal.reason)
      })
    if (signal?.aborted) return onReason(signal.reason) // by a listener, while the call was let in
    if (limit !== undefined) {
      timer = setTimeout(() => {
        const error = ends.timedOut(timeoutMs as number)
        onError(error)
        limit.abort(error)
      }, timeoutMs)
    }

    let running: T | PromiseLike<T>
    try {
      const given = limit?.signal ?? signal
      running = fn(given === undefined ? {} : { signal: given })
    } catch (error) {
      onError(error)
      return
    }
    new Promise<T>((follow) => follow(running)).then(onValue, onError)
  })
}
