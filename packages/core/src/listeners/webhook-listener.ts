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

/** What a webhook receives as JSON. */
export interface WebhookPayload {
  readonly circuit: string
  /** `closed->open`; `metrics_only->metrics_only` is a shadow verdict. */
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
  /** Signs the body: `x-fluxgate-signature: sha256=` and the HMAC-SHA-256 in hex. */
  readonly secret?: string
  /** Default: the global `fetch`, looked up at each delivery. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** Tries per signal, whole number of at least 1, default 5. */
  readonly attempts?: number | undefined
  /** Pause after the first failed try in ms, default 500, doubled after each further one. */
  readonly backoffMs?: number | undefined
  /** Time limit per try in ms, default 10,000. */
  readonly timeoutMs?: number | undefined
}

/**
 * POSTs every signal as JSON, in order, one at a time.
 *
 * Network errors, timeouts, 429 and 5xx are tried again with growing pauses; any other answer that
 * is not 2xx (a redirect is not followed), or the last failed try, goes to the breaker's `onError`.
 * Calls never wait for it; `breaker.flush()` does.
 *
 * @throws TypeError or RangeError when an option is wrong
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
      if (failure.final) break
      const pauseMs = Math.min(MAX_TIMER_MS, this.#backoffMs * 2 ** (attempt - 1))
      if (attempt < this.#attempts) await new Promise((done) => setTimeout(done, pauseMs))
    }
    throw new Error(`webhook not delivered: ${failure?.reason}`, { cause: failure?.cause })
  }

  async #deliver(body: string, headers: Headers): Promise<Failure | undefined> {
    const send = this.#fetch ?? fetch
    try {
      const signal = AbortSignal.timeout(Math.ceil(this.#timeoutMs)) // Node takes no fractions
      // following a redirect would turn the POST into a GET and take the headers elsewhere
      const redirect = 'manual'
      const response = await send(this.#url, { method: 'POST', headers, body, signal, redirect })
      void response.body?.cancel().catch(() => {}) // nobody reads it; free the connection
      if (response.ok) return undefined
      const { status } = response
      return { reason: `status ${status}`, final: status < 500 && status !== 429 }
    } catch (cause) {
      return { reason: cause instanceof Error ? cause.message : String(cause), final: false, cause }
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
  /** Trying again would not help. */
  readonly final: boolean
  readonly cause?: unknown
}

function checkUrl(option: string, url: unknown): void {
  let parsed: Partial<URL> = {}
  try {
    parsed = new URL(url as string)
  } catch {
    // no protocol, then
  }
  const { protocol, username, password, origin } = parsed
  check(protocol === 'http:' || protocol === 'https:', option, 'an absolute http or https URL', url)
  // fetch would refuse it, with an error that shows the password
  const open = username === '' && password === ''
  check(open, option, 'one without a user and password (use headers)', origin, true)
}

function checkHeaders(option: string, headers: unknown): void {
  checkObject(option, headers)
  for (const [name, value] of Object.entries(headers as Record<string, string>)) {
    try {
      new Headers({ [name]: value })
    } catch {
      // the value may be a token, and stands in no message
      check(false, option, 'valid header names and values', name)
    }
  }
}

/** The secret itself stands in no message. */
function checkSecret(option: string, secret: unknown): void {
  const kind = typeof secret
  check(kind === 'string' && secret !== '', option, 'a non-empty string', secret === '' ? '' : kind)
  check(
    globalThis.crypto?.subtle !== undefined,
    option,
    'left out where crypto.subtle is missing, as in pages that are not served over https',
    kind,
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
