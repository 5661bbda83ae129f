import type { CallContext } from '../model/call-options.ts'
import { TimeoutError } from '../model/errors.ts'
import { onAbort } from './abort-relay.ts'
import { abortWhileRead } from './abort-while-reading.ts'
import type { Settlement } from './ticket.ts'

/**
 * Runs `fn` until it settles, the caller aborts or the time is over, whichever is first. What comes
 * later is swallowed; no timer is left behind, and no abort listener but for a stream to be read.
 */
export function limitedCall<T>(
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  { success, failure, release }: Settlement,
  circuitName: string,
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
    const onValue = once(success, resolve)
    const onError = once(failure, reject)
    const onAborted = once((reason) => release('aborted', reason), reject)
    const stopListening =
      signal &&
      onAbort(signal, () => {
        onAborted(signal.reason)
        limit?.abort(signal.reason)
      })
    if (signal?.aborted) return onAborted(signal.reason) // by a listener, while the call was let in
    if (limit !== undefined) {
      timer = setTimeout(() => {
        const error = new TimeoutError(circuitName, timeoutMs as number)
        onError(error)
        limit.abort(error)
      }, timeoutMs)
    }

    const given = limit?.signal ?? signal
    let running: T | PromiseLike<T>
    try {
      running = fn(given ? { signal: given } : {})
    } catch (error) {
      return onError(error) // at once: an abort that follows comes too late
    }
    new Promise<T>((follow) => follow(running)).then(onValue, onError)
  })
}
