import { httpStatusOf } from '../internal/http-status.ts'
import { isObject } from '../internal/is-object.ts'
import { read } from '../internal/read.ts'

/** What a rejection shows of the error that opened the circuit. Frozen. */
export interface ErrorSummary {
  /** The name of the error, `'Error'` for a value without one. */
  readonly name: string
  /** At most 200 characters. Of each URL in it, only the origin remains. */
  readonly message: string
  readonly code?: string | number
  /** The HTTP status that the error carries. */
  readonly status?: number
}

const MAX_LENGTH = 200

/** A URL after its scheme: user and password, host and port, the rest. */
const URL_TAIL =
  /:\/\/(?:[^\s/?#\\]*@)?(\[[\da-f:.]+\]|[^\s/?#\\:@"'<>()[\],;`]*)(:\d+)?[^\s"<>`]*/gi

// cut before the search too: the message may have megabytes
const redact = (text: string): string =>
  text.slice(0, 10_000).replace(URL_TAIL, '://$1$2').slice(0, MAX_LENGTH)

/**
 * Summarises the error that opened a circuit for the callers that are rejected: the error itself may
 * contain the request of another user. Never throws, also for a revoked proxy or a throwing getter.
 *
 * @param cut shortens each text
 */
export function summarizeError(error: unknown, cut = redact): Readonly<ErrorSummary> {
  const hasDetails = isObject(error) // functions too, whose source is no message
  const name = read(error, 'name')
  const message = hasDetails ? read(error, 'message') : error
  const code = read(error, 'code')
  const status = httpStatusOf(error)
  return Object.freeze<ErrorSummary>({
    name: cut(hasDetails && typeof name === 'string' && name !== '' ? name : 'Error'),
    message: cut(hasDetails && typeof message !== 'string' ? '' : String(message)),
    ...(typeof code === 'string' && { code: cut(code) }),
    ...(typeof code === 'number' && { code }),
    ...(status !== undefined && { status }),
  })
}
