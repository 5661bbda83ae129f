import { retryAfterMs } from '../policies/retries.ts'

/**
 * A response whose status says that the service failed. Callers get the response itself; this is
 * what trackers and listeners see, and the `cause` of later rejections.
 */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError'
  readonly status: number
  /** Without user, query and fragment, which may hold secrets: errors end up in logs. */
  readonly url: string
  /** What `Retry-After` asked for in ms, capped; absent without one. */
  declare readonly [retryAfterMs]?: number

  /** Made by the guarded fetch; `askedMs` is left out where it is undefined. */
  constructor(status: number, { protocol, host, pathname }: URL, askedMs: number | undefined) {
    const url = `${protocol}//${host}${pathname}`
    super(`status ${status} from ${url}`)
    this.status = status
    this.url = url
    if (askedMs !== undefined) this[retryAfterMs] = askedMs
  }
}
