import { retryAfterMs } from '../retries.ts'

/**
 * A response whose status says that the service failed. Callers get the response itself; this is
 * what trackers and listeners see, and the `cause` of later rejections.
 */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError'
  readonly status: number
  readonly url: string
  /** What `Retry-After` asked for in ms, capped; absent without one. */
  readonly [retryAfterMs]?: number

  constructor(status: number, url: string, askedMs: number | undefined) {
    super(`status ${status} from ${url}`)
    this.status = status
    this.url = url
    if (askedMs !== undefined) this[retryAfterMs] = askedMs
  }
}
