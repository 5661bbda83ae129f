import { notSent } from '../internal/not-sent.ts'

/**
 * The platform's fetch rejected a request before it sent it, for example because of a header with a
 * line break. The breaker ignores the call. Only `onCall` listeners receive this error: the caller
 * receives the error of the platform's fetch, which is the `cause`.
 */
export class RequestNotSentError extends Error {
  override readonly name = 'RequestNotSentError'
  readonly [notSent] = true

  constructor(cause: unknown) {
    super('fetch did not send the request', { cause })
  }
}
