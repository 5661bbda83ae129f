import { abortReason } from './abort-reason.ts'
import { onAbort } from './abort-relay.ts'

/**
 * Runs a fallback until it settles or the caller aborts, whichever is first. When the caller has
 * aborted between the error and the fallback, a value that is there at once still counts.
 */
export function runFallback<F>(run: () => F | PromiseLike<F>, signal: AbortSignal): Promise<F> {
  return new Promise((resolve, reject) => {
    const onAborted = () => reject(abortReason(signal))
    const stopListening = onAbort(signal, onAborted)
    const settled = new Promise<F>((follow) => follow(run()))
    settled.then(resolve, reject).then(stopListening)
    if (signal.aborted) Promise.resolve().then(onAborted)
  })
}
