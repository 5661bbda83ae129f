/** The reasons made for signals that have none. One signal always has the same reason. */
const reasons = new WeakMap<AbortSignal, unknown>()

/**
 * The reason of an aborted signal: an `AbortError` when it has none, as in React Native and with
 * polyfills that predate `reason`.
 */
export function abortReason(signal: AbortSignal): unknown {
  if (signal.reason !== undefined) return signal.reason
  if (!reasons.has(signal)) reasons.set(signal, abortError('The call was aborted'))
  return reasons.get(signal)
}

function abortError(message: string): Error {
  return typeof DOMException === 'function'
    ? new DOMException(message, 'AbortError')
    : Object.assign(new Error(message), { name: 'AbortError' })
}

/**
 * Whether an aborted signal reached a deadline, such as that of `AbortSignal.timeout()`, and a
 * deadline is a failure of the service.
 */
export function isDeadline(signal: AbortSignal, deadline: 'failure' | 'ignore'): boolean {
  try {
    return deadline === 'failure' && signal.reason?.name === 'TimeoutError'
  } catch {
    return false // the name of the reason cannot be read
  }
}
