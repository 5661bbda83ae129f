import type { CallNotPermittedError } from '../model/errors.ts'

const done = Promise.resolve()

/**
 * A promise that rejects in the next microtask. The caller has then handled it: for a promise that is
 * rejected without a handler, Node.js and browsers do work that costs more than the rest of a rejection.
 *
 * In half_open it rejects at once: a probe that contains the rejected call must free its slot before
 * other calls are admitted.
 */
export function rejectLater(rejection: CallNotPermittedError): Promise<never> {
  if (rejection.state === 'half_open') return Promise.reject(rejection)
  return new Promise((_, reject) => {
    done.then(() => reject(rejection))
  })
}
