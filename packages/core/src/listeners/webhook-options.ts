import {
  type Check,
  check,
  checkCount,
  checkFunction,
  checkObject,
  checkOptions,
  checkTimerMs,
  quote,
} from '../internal/validation.ts'

/** Options of a {@link WebhookListener}; only `url` is required. */
export interface WebhookListenerOptions {
  readonly url: string | URL
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Signs the body: header `x-fluxgate-signature: sha256=<HMAC-SHA-256 in hex>`. */
  readonly secret?: string
  /** Default: the global `fetch`, looked up at each delivery. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** Attempts per signal, whole number of at least 1, default 5. */
  readonly attempts?: number | undefined
  /** Delay after the first failed attempt in ms, default 500; doubled after each further one. */
  readonly backoffMs?: number | undefined
  /** Time limit of an attempt in ms, default 10,000. */
  readonly timeoutMs?: number | undefined
  /**
   * Receives a promise for each delivery, which never rejects. For runtimes that stop the work of a
   * request when it has been answered: `import { waitUntil } from 'cloudflare:workers'`.
   */
  readonly waitUntil?: ((promise: Promise<void>) => void) | undefined
}

const OWNER = 'WebhookListener'

/**
 * @throws TypeError or RangeError when an option is invalid; the message names the type of the value,
 * because a text at the wrong place can be a secret
 */
export function checkWebhookOptions(options: unknown): void {
  checkObject(`${OWNER}: options`, typeof options === 'string' ? 'string' : options)
  checkOptions(OWNER, options, CHECKS, 'url')
}

const CHECKS: Readonly<Record<keyof WebhookListenerOptions, Check>> = {
  url: checkUrl,
  headers: checkHeaders,
  secret: checkSecret,
  fetch: unquoted(checkFunction),
  attempts: unquoted(checkCount),
  backoffMs: unquoted(checkTimerMs),
  timeoutMs: unquoted(checkTimerMs),
  waitUntil: unquoted(checkFunction),
}

/**
 * A check of an option that is never a text or an object. Its error quotes a short value, and the type
 * of a longer one, which may be a secret at the wrong place.
 */
function unquoted(checkValue: Check): Check {
  return (option, value) => {
    const isLong = isTextOrObject(value) && quote(value).length > MAX_QUOTED
    checkValue(option, isLong ? typeof value : value)
  }
}

const MAX_QUOTED = 10

function isTextOrObject(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

function checkUrl(option: string, url: unknown): void {
  let parsed: Partial<URL> = {}
  try {
    parsed = new URL(url as string)
  } catch {
    // `protocol` stays undefined, and the next check throws
  }
  const { protocol, username, password, origin } = parsed
  const isHttp = protocol === 'http:' || protocol === 'https:'
  check(isHttp, option, 'an absolute http or https URL', isTextOrObject(url) ? typeof url : url)
  // fetch rejects it with an error that contains the password
  const hasNoUser = username === '' && password === ''
  check(hasNoUser, option, 'one without a user and password (use headers)', origin, true)
}

function checkHeaders(option: string, headers: unknown): void {
  checkObject(option, typeof headers === 'string' ? 'string' : headers)
  for (const [name, value] of Object.entries(headers as Record<string, string>)) {
    try {
      new Headers({ [name]: value })
    } catch {
      // the value may be a token, and so may a name that is not one
      const shown = /^[\w-]{1,40}$/.test(name) ? name : 'string'
      check(false, option, 'valid header names and values', shown)
    }
  }
  try {
    new Headers(headers as Record<string, string>)
  } catch {
    // an array of texts; the error of the platform quotes them
    check(false, option, 'valid header names and values', 'object')
  }
}

/** The message quotes the type of the secret, not the secret. */
function checkSecret(option: string, secret: unknown): void {
  const type = typeof secret
  check(type === 'string' && secret !== '', option, 'a non-empty string', secret === '' ? '' : type)
  check(
    globalThis.crypto?.subtle !== undefined,
    option,
    'left out where crypto.subtle is missing, as in pages that are not served over https',
    type,
  )
}
