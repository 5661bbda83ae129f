import { brand } from '../internal/brand.ts'
import { retryAfterMs } from '../policies/retries.ts'
import { originOf } from './circuit-key.ts'

/**
 * The error of a response that counts as a failure. The caller receives the response; listeners
 * receive this error.
 *
 * It shows nothing of the path and the query, because they can contain secrets and errors are logged.
 */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError'
  readonly status: number
  readonly method: string
  /** For example `https://api.example`, or `'(relative)'`. */
  readonly origin: string
  /** The delay that the service requested, in ms and capped; absent without one. */
  declare readonly [retryAfterMs]?: number

  /**
   * @param url undefined for a relative one
   * @param delayMs milliseconds above 0
   */
  constructor(status: number, url: URL | undefined, delayMs?: number, method = 'GET') {
    const origin = originOf(url)
    super(`status ${status} from ${method} ${origin}`)
    this.status = status
    this.method = method
    this.origin = origin
    if (delayMs !== undefined) this[retryAfterMs] = delayMs
  }

  get [brand](): 'HttpStatusError' {
    return 'HttpStatusError'
  }
}
