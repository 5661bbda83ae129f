import type { CircuitController } from '../engine/circuit-controller.ts'
import type { CallContext } from '../model/call-options.ts'
import { TimeoutError } from '../model/errors.ts'
import { abortReason, isDeadline } from './abort-reason.ts'
import { onAbort } from './abort-relay.ts'
import { abortWhileReading } from './abort-while-reading.ts'
import type { Settlement } from './settlement.ts'
import { startTimeLimit } from './time-limit.ts'

/**
 * Runs `fn` until it settles, the caller aborts or the time limit is reached, whichever is first.
 * Later outcomes are ignored. Afterwards the timer is cleared, and the abort listener is removed
 * unless the result is a stream that may still be read.
 */
export function limitedCall<T>(
  { options }: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  settlement: Settlement,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = timeoutMs === undefined ? undefined : new AbortController()
    let stopTimer: (() => void) | undefined
    let settled = false

    const once =
      <A>(settle: (outcome: A) => void, forward: (outcome: A) => void) =>
      (outcome: A): void => {
        if (settled) return
        settled = true
        stopTimer?.()
        stopListening?.()
        if (signal?.aborted === false && limit !== undefined) {
          abortWhileReading(outcome, signal, limit)
        }
        settle(outcome)
        forward(outcome)
      }
    const onValue = once((value: T) => settlement.success(value), resolve)
    const onError = once((error) => settlement.failure(error, signal !== undefined), reject)
    const onTimeout = once((error) => settlement.timeout(error), reject)
    const onAborted = once((reason) => settlement.release('aborted', reason), reject)
    const stopListening =
      signal &&
      onAbort(signal, () => {
        const reason = abortReason(signal)
        if (isDeadline(signal, options.deadline)) onTimeout(reason)
        else onAborted(reason)
        limit?.abort(reason)
      })
    // a listener may have aborted while the call was admitted
    if (signal?.aborted) return onAborted(abortReason(signal))
    if (limit !== undefined) {
      const ms = timeoutMs as number
      stopTimer = startTimeLimit(options.clock, ms, () => {
        const error = new TimeoutError(options.name, ms)
        onTimeout(error)
        limit.abort(error)
      })
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
