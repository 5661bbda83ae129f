import type { CircuitController } from '../engine/circuit-controller.ts'
import { throwRejection } from '../engine/rejection.ts'
import { ignoreRejection, isThenable } from '../internal/thenable.ts'
import type { SyncCallOptions } from '../model/call-options.ts'

/**
 * A synchronous call. The fallback is called with the error and `args`.
 *
 * @throws TypeError when `fn` returns a thenable; the call is then not counted
 */
export function runSyncCall<T, F, Args extends unknown[]>(
  circuit: CircuitController,
  fn: () => T,
  fallback: SyncCallOptions<F, Args>['fallback'],
  args: Args,
): T | F {
  const start = circuit.start()
  let value: T
  let returnedPromise: boolean
  try {
    const admission = circuit.admit(start, throwRejection)
    try {
      value = fn()
      returnedPromise = isThenable(value)
    } catch (error) {
      circuit.fail(admission, start, error)
      throw error
    }
    if (returnedPromise) circuit.release(admission, start, 'ignored')
    else circuit.succeed(admission, start, value)
  } catch (error) {
    if (fallback === undefined) throw error
    return fallback(error, ...args)
  }
  if (!returnedPromise) return value
  ignoreRejection(value) // the TypeError replaces an unhandled rejection
  throw new TypeError('callSync: fn returned a promise; use call()')
}
