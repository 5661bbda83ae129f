import { read } from '../internal/read.ts'

/** The reasons made for signals that have none. One signal always has the same reason. */
const reasons = new WeakMap<AbortSignal, Error>()

/**
 * The reason of an aborted signal: an `AbortError` when it has none, as in React Native and with
 * polyfills that predate `reason`.
 */
export function abortReason(signal: AbortSignal): unknown {
  if (signal.reason !== undefined) return signal.reason
  const reason =
    reasons.get(signal) ?? Object.assign(new Error('The call was aborted'), { name: 'AbortError' })
  reasons.set(signal, reason)
  return reason
}

/**
 * Whether an aborted signal reached a deadline, such as that of `AbortSignal.timeout()`, and a
 * deadline is a failure of the service.
 */
export function isDeadline(signal: AbortSignal, deadline: 'failure' | 'ignore'): boolean {
  return deadline === 'failure' && read(signal.reason, 'name') === 'TimeoutError'
}
