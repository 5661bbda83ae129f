import { Unproxied } from '../internal/unproxied.ts'
import { MAX_TIMER_MS } from '../internal/validation.ts'
import { systemClock } from '../model/clock.ts'
import type { Metrics } from '../model/metrics.ts'
import type { Signal } from '../model/signal.ts'
import type { ListenerObject } from './listener.ts'
import { MAX_WAITING, SerialQueue, type Turn } from './serial-queue.ts'
import { checkWebhookOptions, type WebhookListenerOptions } from './webhook-options.ts'

export type { WebhookListenerOptions } from './webhook-options.ts'

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

/**
 * POSTs every signal as JSON: in order, and one at a time across all circuits that share the listener.
 *
 * It retries after network errors, timeouts, 429 and 5xx, with growing delays, and not before the time
 * of a `Retry-After` (at most five minutes). Any other status outside 2xx is not retried, and redirects
 * are not followed. When it gives up, the breaker's `onError` is called. Calls do not wait for a
 * delivery; `breaker.flush()` does. At most 1,000 deliveries wait; then the oldest is dropped.
 *
 * @throws TypeError or RangeError when an option is invalid; the message never quotes a text, which
 * may be a secret
 * @example
 * new WebhookListener({ url: 'https://ops.example/hooks/circuits', secret: env.HOOK_SECRET })
 */
export class WebhookListener extends Unproxied implements ListenerObject {
  readonly #url: string
  readonly #headers: Headers
  readonly #key: Promise<CryptoKey> | undefined
  readonly #fetch: WebhookListenerOptions['fetch']
  readonly #attempts: number
  readonly #backoffMs: number
  readonly #timeoutMs: number
  readonly #waitUntil: WebhookListenerOptions['waitUntil']
  readonly #queue = new SerialQueue({ clock: systemClock, limitMs: GRACE_MS, report: () => {} })
  /** Rejects the deliveries that wait, oldest first. */
  readonly #waiting = new Set<(error: Error) => void>()

  constructor(options: WebhookListenerOptions) {
    super()
    checkWebhookOptions(options)
    const { url, headers = {}, secret, attempts = 5, backoffMs = 500, timeoutMs = 10_000 } = options
    this.#url = String(url)
    this.#headers = new Headers(headers)
    if (!this.#headers.has('content-type')) this.#headers.set('content-type', 'application/json')
    this.#key = secret === undefined ? undefined : importKey(secret)
    this.#fetch = options.fetch
    this.#waitUntil = options.waitUntil
    this.#attempts = attempts
    this.#backoffMs = backoffMs
    this.#timeoutMs = timeoutMs
  }

  onSignal(signal: Signal): Promise<void> {
    const delivered = this.#enqueue(signal)
    this.#waitUntil?.(delivered.catch(() => {}))
    return delivered
  }

  #enqueue(signal: Signal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      const fits = this.#queue.push((turn) => {
        this.#waiting.delete(reject)
        const delivered = this.#deliver(signal, turn)
        delivered.then(resolve, reject)
        return delivered
      })
      if (fits) return
      const [oldest] = this.#waiting
      if (oldest) this.#waiting.delete(oldest)
      oldest?.(new Error(`webhook not delivered: more than ${MAX_WAITING} deliveries waited`))
    })
  }

  async #deliver(signal: Signal, turn: Turn): Promise<void> {
    const body = JSON.stringify(payloadOf(signal))
    const headers = new Headers(this.#headers)
    if (this.#key !== undefined) {
      headers.set('x-fluxgate-signature', await sign(await this.#key, body))
    }
    let failure: Failure | undefined
    for (let attempt = 1; attempt <= this.#attempts; attempt++) {
      turn.dueBy = systemClock.now() + this.#timeoutMs + GRACE_MS
      failure = await this.#attempt(body, headers)
      if (failure === undefined) return
      if (!failure.retryable || attempt === this.#attempts) break
      const backoffMs = Math.min(MAX_TIMER_MS, this.#backoffMs * 2 ** (attempt - 1))
      const delayMs = Math.max(backoffMs, failure.retryAfterMs)
      turn.dueBy = systemClock.now() + delayMs + GRACE_MS
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
    throw new Error(`webhook not delivered: ${failure?.reason}`, { cause: failure?.cause })
  }

  async #attempt(body: string, headers: Headers): Promise<Failure | undefined> {
    const send = this.#fetch ?? fetch
    try {
      const signal = AbortSignal.timeout(Math.ceil(this.#timeoutMs)) // Node throws for a fraction
      // a followed redirect turns the POST into a GET, and sends the headers to another server
      const redirect = 'manual'
      const sent = send(this.#url, { method: 'POST', headers, body, signal, redirect })
      const response = await untilAborted(sent, signal)
      void response.body?.cancel().catch(() => {}) // frees the connection
      if (response.ok) return undefined
      const { status } = response
      const retryAfterMs = readRetryAfter(response.headers.get('retry-after'))
      const retryable = status >= 500 || status === 429
      return { reason: `status ${status}`, retryable, retryAfterMs }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      return { reason, retryable: true, retryAfterMs: 0, cause }
    }
  }
}

/** A delivery that is later than its own timers by this time was stopped by the runtime. */
const GRACE_MS = 5_000

const MAX_RETRY_AFTER_MS = 300_000

function payloadOf(signal: Signal): WebhookPayload {
  const { circuitName, oldState, newState, timestamp, reason, metrics } = signal
  const transition = `${oldState}->${newState}`
  return { circuit: circuitName, transition, timestamp, reason, metrics }
}

/** Rejects when the signal aborts: a `fetch` of the user may ignore its signal. */
async function untilAborted<T>(sent: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort)
  })
  try {
    return await Promise.race([sent, aborted])
  } finally {
    // in Deno, a time limit with a listener keeps the process alive
    signal.removeEventListener('abort', onAbort)
  }
}

/** Milliseconds from a Retry-After in seconds or as a date; 0 when it is missing, past or malformed. */
function readRetryAfter(header: string | null): number {
  const text = header?.trim() ?? ''
  const ms = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1_000
    : Date.parse(text) - systemClock.timestamp()
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0
}

interface Failure {
  readonly reason: string
  readonly retryable: boolean
  readonly retryAfterMs: number
  readonly cause?: unknown
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
