import type { BreakerOptions } from '../breaker-options.ts'
import { CircuitRegistry } from '../registry.ts'
import { check, checkFunction, checkMethods, checkMs, checkOptions } from '../validation.ts'
import { HttpStatusError } from './http-status-error.ts'
import { parseRetryAfter } from './retry-after.ts'

/** Options of {@link createFetch}; all of them can be left out. */
export interface CreateFetchOptions {
  /** The fetch to guard. Default: the global one, looked up at each call. */
  readonly fetch?: typeof fetch
  /** Options of every circuit, `timeoutMs` (until the response's headers have come) among them. */
  readonly defaults?: Omit<BreakerOptions, 'name'>
  /** Where circuits come from, instead of a registry of its own made from `defaults`. */
  readonly registry?: CircuitRegistry
  /**
   * Names the circuit of a request. Default: the origin of its URL. The request given has the URL,
   * method and headers; its body is left alone.
   */
  readonly key?: (request: Request) => string
  /** The most that a `Retry-After` is obeyed, in ms above 0, default 300,000 (5 minutes). */
  readonly maxRetryAfterMs?: number
  /** Answers instead, for a rejection, a network error or a timeout; never for an abort. */
  readonly fallback?: (error: unknown, request: Request) => Response | PromiseLike<Response>
}

type Fetch = typeof fetch
type Input = Parameters<Fetch>[0]
type Init = Parameters<Fetch>[1]

/**
 * A drop-in `fetch` with one circuit per origin.
 *
 * Network errors, timeouts and the statuses 5xx and 429 are failures; the response is still
 * returned as it is, its body unread. `Retry-After` on a 429 or 503 that opens the circuit says
 * when it may probe. The caller's abort is counted nowhere.
 *
 * @throws TypeError or RangeError when an option is wrong; the fetch it makes rejects with
 * CallNotPermittedError, TimeoutError, or whatever the guarded fetch rejects with
 * @example
 * const guarded = createFetch({ defaults: { tripper: failureStreak(5), timeoutMs: 5_000 } })
 * const response = await guarded('https://api.example/items')
 */
export function createFetch(options: CreateFetchOptions = {}): Fetch {
  const owner = 'createFetch'
  checkOptions(owner, options, 'fetch defaults registry key maxRetryAfterMs fallback')
  const { defaults, key, maxRetryAfterMs = 300_000, fallback } = options
  for (const name of ['fetch', 'key', 'fallback'] as const) {
    if (options[name] !== undefined) checkFunction(`${owner}: ${name}`, options[name])
  }
  if (options.registry !== undefined) checkMethods(`${owner}: registry`, options.registry, 'get')
  check(
    options.registry === undefined || defaults === undefined,
    `${owner}: defaults`,
    'left out beside a registry, which has its own',
    defaults,
  )
  checkMs(`${owner}: maxRetryAfterMs`, maxRetryAfterMs)
  const registry = options.registry ?? new CircuitRegistry(defaults && { defaults })

  return async (input, init) => {
    const send = options.fetch ?? fetch
    const origin = originOf(input)
    if (origin === undefined) return send(input, init) // which says what is wrong with the URL
    const circuit = registry.get(key === undefined ? origin : key(outlineOf(input, init)))
    const signal = signalOf(input, init)
    let failed: { readonly response: Response; readonly error: HttpStatusError } | undefined
    try {
      return await circuit.call(async ({ signal: bounded }) => {
        const response = await send(
          input,
          bounded === signal ? init : { ...init, signal: bounded ?? null },
        )
        const { status } = response
        if (status < 500 && status !== 429) return response
        const askedMs = askedBy(response, maxRetryAfterMs)
        failed = { response, error: new HttpStatusError(status, urlOf(input), askedMs) }
        throw failed.error
      }, signal && { signal })
    } catch (error) {
      if (failed !== undefined && error === failed.error) return failed.response
      const gaveUp = signal?.aborted === true && error === signal.reason
      if (fallback === undefined || gaveUp) throw error
      return fallback(error, outlineOf(input, init))
    }
  }
}

// by shape, not by class: a request of another realm or a polyfill is one too
function isRequest(input: Input): input is Request {
  return typeof input === 'object' && 'url' in input
}

const urlOf = (input: Input) => (isRequest(input) ? input.url : String(input))

function originOf(input: Input): string | undefined {
  try {
    const base = globalThis.document?.baseURI ?? globalThis.location?.href
    const { origin, protocol } = new URL(urlOf(input), base)
    return origin === 'null' ? protocol : origin
  } catch {
    return undefined
  }
}

function signalOf(input: Input, init: Init): AbortSignal | undefined {
  if (init?.signal !== undefined) return init.signal ?? undefined
  return isRequest(input) ? input.signal : undefined
}

function outlineOf(input: Input, init: Init): Request {
  if (isRequest(input) && init === undefined) return input
  const { method, headers } = { ...(isRequest(input) && pick(input)), ...(init && pick(init)) }
  return new Request(urlOf(input), { ...(method && { method }), ...(headers && { headers }) })
}

function pick({ method, headers }: RequestInit | Request): Pick<RequestInit, 'method' | 'headers'> {
  return { ...(method !== undefined && { method }), ...(headers !== undefined && { headers }) }
}

function askedBy({ status, headers }: Response, maxMs: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  // by the server's own clock where it says what time it has, so that a wrong one here is no matter
  const sent = Date.parse(headers.get('date') ?? '')
  const asked = parseRetryAfter(headers.get('retry-after'), sent || Date.now())
  return asked === undefined ? undefined : Math.min(asked, maxMs)
}
