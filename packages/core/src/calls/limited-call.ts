import type { CallContext } from '../model/call-options.ts'
import { TimeoutError } from '../model/errors.ts'
import { onAbort } from './abort-relay.ts'
import { abortWhileReading } from './abort-while-reading.ts'
import type { Settlement } from './settlement.ts'

/**
 * Runs `fn` until it settles, the caller aborts or the time limit is reached, whichever is first.
 * Later outcomes are ignored. Afterwards the timer is cleared, and the abort listener is removed
 * unless the result is a stream that may still be read.
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
      <A>(settle: (outcome: A) => void, forward: (outcome: A) => void) =>
      (outcome: A): void => {
        if (settled) return
        settled = true
        clearTimeout(timer)
        stopListening?.()
        if (signal?.aborted === false && limit !== undefined) {
          abortWhileReading(outcome, signal, limit)
        }
        settle(outcome)
        forward(outcome)
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
    // a listener may have aborted while the call was admitted
    if (signal?.aborted) return onAborted(signal.reason)
    if (limit !== undefined) {
      timer = setTimeout(() => {
        const error = new TimeoutError(circuitName, timeoutMs as number)
        onError(error)
        limit.abort(error)
      }, timeoutMs)
    }

    const callSignal = limit?.signal ?? signal
    let result: T | PromiseLike<T>
    try {
      result = fn(callSignal ? { signal: callSignal } : {})
    } catch (error) {
      return onError(error) // synchronously, so that a later abort does not change the outcome
    }
    new Promise<T>((follow) => follow(result)).then(onValue, onError)
  })
}
