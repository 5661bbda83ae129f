import {
  type Check,
  check,
  checkCount,
  checkFunction,
  checkObject,
  checkOptions,
  checkTimerMs,
  MAX_TIMER_MS,
} from '../internal/validation.ts'
import type { Metrics } from '../model/metrics.ts'
import type { Signal } from '../model/signal.ts'
import type { ListenerObject } from './listener.ts'

/** The JSON body of a webhook request. */
export interface WebhookPayload {
  readonly circuit: string
  /** `closed->open`; for a shadow verdict `metrics_only->metrics_only`. */
  readonly transition: string
  /** Unix ms. */
  readonly timestamp: number
  readonly reason: string
  readonly metrics: Metrics
}

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
}

/**
 * POSTs every signal as JSON, in order, one at a time.
 *
 * It retries after network errors, timeouts, 429 and 5xx, with growing delays. Any other status
 * outside 2xx is not retried, and redirects are not followed. When it gives up, the breaker's
 * `onError` is called. Calls do not wait for a delivery; `breaker.flush()` does.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * new WebhookListener({ url: 'https://ops.example/hooks/circuits', secret: env.HOOK_SECRET })
 */
export class WebhookListener implements ListenerObject {
  readonly #url: string
  readonly #headers: Headers
  readonly #key: Promise<CryptoKey> | undefined
  readonly #fetch: WebhookListenerOptions['fetch']
  readonly #attempts: number
  readonly #backoffMs: number
  readonly #timeoutMs: number

  constructor(options: WebhookListenerOptions) {
    checkOptions(OWNER, options, CHECKS, 'url')
    const { url, headers = {}, secret, attempts = 5, backoffMs = 500, timeoutMs = 10_000 } = options
    this.#url = String(url)
    this.#headers = new Headers(headers)
    if (!this.#headers.has('content-type')) this.#headers.set('content-type', 'application/json')
    this.#key = secret === undefined ? undefined : importKey(secret)
    this.#fetch = options.fetch
    this.#attempts = attempts
    this.#backoffMs = backoffMs
    this.#timeoutMs = timeoutMs
  }

  async onSignal(signal: Signal): Promise<void> {
    const { circuitName, oldState, newState, timestamp, reason, metrics } = signal
    const payload: WebhookPayload = {
      circuit: circuitName,
      transition: `${oldState}->${newState}`,
      timestamp,
      reason,
      metrics,
    }
    const body = JSON.stringify(payload)
    const headers = new Headers(this.#headers)
    if (this.#key !== undefined) {
      headers.set('x-fluxgate-signature', await sign(await this.#key, body))
    }
    let failure: Failure | undefined
    for (let attempt = 1; attempt <= this.#attempts; attempt++) {
      failure = await this.#deliver(body, headers)
      if (failure === undefined) return
      if (!failure.retryable) break
      const delayMs = Math.min(MAX_TIMER_MS, this.#backoffMs * 2 ** (attempt - 1))
      if (attempt < this.#attempts) await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
    throw new Error(`webhook not delivered: ${failure?.reason}`, { cause: failure?.cause })
  }

  async #deliver(body: string, headers: Headers): Promise<Failure | undefined> {
    const send = this.#fetch ?? fetch
    try {
      const signal = AbortSignal.timeout(Math.ceil(this.#timeoutMs)) // Node throws for a fraction
      // a followed redirect turns the POST into a GET, and sends the headers to another server
      const redirect = 'manual'
      const response = await send(this.#url, { method: 'POST', headers, body, signal, redirect })
      void response.body?.cancel().catch(() => {}) // frees the connection
      if (response.ok) return undefined
      const { status } = response
      return { reason: `status ${status}`, retryable: status >= 500 || status === 429 }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return { reason, retryable: true, cause }
    }
  }
}

const OWNER = 'WebhookListener'

const CHECKS: Readonly<Record<keyof WebhookListenerOptions, Check>> = {
  url: checkUrl,
  headers: checkHeaders,
  secret: checkSecret,
  fetch: checkFunction,
  attempts: checkCount,
  backoffMs: checkTimerMs,
  timeoutMs: checkTimerMs,
}

interface Failure {
  readonly reason: string
  readonly retryable: boolean
  readonly cause?: unknown
}

function checkUrl(option: string, url: unknown): void {
  let parsed: Partial<URL> = {}
  try {
    parsed = new URL(url as string)
  } catch {
    // `protocol` stays undefined, and the next check throws
  }
  const { protocol, username, password, origin } = parsed
  check(protocol === 'http:' || protocol === 'https:', option, 'an absolute http or https URL', url)
  // fetch rejects it with an error that contains the password
  const hasNoUser = username === '' && password === ''
  check(hasNoUser, option, 'one without a user and password (use headers)', origin, true)
}

function checkHeaders(option: string, headers: unknown): void {
  checkObject(option, headers)
  for (const [name, value] of Object.entries(headers as Record<string, string>)) {
    try {
      new Headers({ [name]: value })
    } catch {
      // the message quotes the name only, because the value may be a token
      check(false, option, 'valid header names and values', name)
    }
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

function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
  ])
}

async function sign(key: CryptoKey, body: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(body))
  return `sha256=${[...new Uint8Array(mac)].map((b) => b.toString(16).padStart(2, '0')).join('')}`
}
