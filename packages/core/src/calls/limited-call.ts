import type { CircuitController } from '../engine/circuit-controller.ts'
import { createRejection } from '../engine/rejection.ts'
import { type CallContext, isFailure, type JudgeError } from '../model/call-options.ts'
import { CallNotPermittedError, TimeoutError } from '../model/errors.ts'
import { abortReason, isDeadline } from './abort-reason.ts'
import { onAbort } from './abort-relay.ts'
import { abortWhileReading } from './abort-while-reading.ts'
import { rejectLater } from './reject-later.ts'
import { startTimeLimit } from './time-limit.ts'

/**
 * Runs `fn` until it settles, the caller aborts or the time limit is reached, whichever is first.
 * Later outcomes are ignored. Afterwards the timer is cleared, and the abort listener is removed
 * unless the result is a stream that may still be read. Rejects when the circuit rejects the call.
 */
export function limitedCall<T>(
  circuit: CircuitController,
  fn: (ctx: CallContext) => T | PromiseLike<T>,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  judge?: JudgeError,
): Promise<T> {
  const { options } = circuit
  const start = circuit.start()
  const admission = circuit.admit(start, createRejection, timeoutMs)
  if (admission instanceof CallNotPermittedError) return rejectLater(admission)
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
    const onValue = once((value: T) => circuit.succeed(admission, start, value), resolve)
    const onError = once(
      (error) => circuit.fail(admission, start, error, signal !== undefined, judge),
      reject,
    )
    const onTimeout = once(
      (error) => circuit.fail(admission, start, error, true, isFailure),
      reject,
    )
    const onAborted = once((reason) => circuit.release(admission, start, 'aborted', reason), reject)
    const stopListening =
      signal &&
      onAbort(signal, () => {
        const reason = abortReason(signal)
        if (isDeadline(signal, options.rare.deadline)) onTimeout(reason)
        else onAborted(reason)
        limit?.abort(reason)
      })
    // a listener may have aborted while the call was admitted
    if (signal?.aborted) return onAborted(abortReason(signal))
    if (limit !== undefined) {
      const ms = timeoutMs as number
      stopTimer = startTimeLimit(options.rare.clock, ms, () => {
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
