import { brand } from '../internal/brand.ts'
import { retryAfterMs } from '../policies/retries.ts'

/**
 * The error of a response that counts as a failure. The caller receives the response; trackers and
 * listeners receive this error. It is the `cause` of the rejections that follow.
 */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError'
  readonly status: number
  /** Without user, query and fragment, because they can contain secrets and errors are logged. */
  readonly url: string
  /** The capped delay of `Retry-After` in ms; absent without the header. */
  declare readonly [retryAfterMs]?: number

  constructor(status: number, { protocol, host, pathname }: URL, delayMs: number | undefined) {
    const url = `${protocol}//${host}${pathname}`
    super(`status ${status} from ${url}`)
    this.status = status
    this.url = url
    if (delayMs !== undefined) this[retryAfterMs] = delayMs
  }

  get [brand](): 'HttpStatusError' {
    return 'HttpStatusError'
  }
}
