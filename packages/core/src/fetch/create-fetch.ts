import { followAbortWhileReading } from '../calls/abort-while-reading.ts'
import type { BreakerOptions } from '../engine/breaker-options.ts'
import {
  check,
  checkFunction,
  checkMethods,
  checkMs,
  checkOptions,
  checkText,
} from '../internal/validation.ts'
import { CircuitRegistry } from '../registry.ts'
import {
  isSendable,
  originOf,
  requestWithoutBody,
  signalOf,
  urlOf,
  withPlainInit,
  withSignal,
} from './fetch-arguments.ts'
import { HttpStatusError } from './http-status-error.ts'
import { RequestNotSentError } from './request-not-sent-error.ts'
import { parseRetryAfter } from './retry-after.ts'

/** Options of {@link createFetch}; all of them can be left out. */
export interface CreateFetchOptions {
  /** The fetch to guard. Default: the global one, looked up at each call. */
  readonly fetch?: typeof fetch | undefined
  /** Options of every circuit, `timeoutMs` (until the response's headers have come) among them. */
  readonly defaults?: Omit<BreakerOptions, 'name'> | undefined
  /** Where circuits come from, instead of a registry of its own made from `defaults`. */
  readonly registry?: CircuitRegistry | undefined
  /**
   * Names the circuit of a request. Default: the origin of its URL, or the scheme of one that is
   * not http (`data:`, `blob:`). It is given the Request of the caller, whose body it must leave
   * alone, or one with the same URL, method and headers.
   */
  readonly key?: ((request: Request) => string) | undefined
  /** The most that a `Retry-After` is obeyed, in ms above 0, default 300,000 (5 minutes). */
  readonly maxRetryAfterMs?: number | undefined
  /**
   * Answers instead, for a rejection, a network error or a timeout; never for an abort or for a
   * response, whatever its status. It is given the request that `key` is given.
   */
  readonly fallback?:
    | ((error: unknown, request: Request) => Response | PromiseLike<Response>)
    | undefined
}

/**
 * A drop-in `fetch` with one circuit per origin.
 *
 * Network errors, timeouts and the statuses 5xx and 429 are failures; the response is still
 * returned as it is, its body unread. `Retry-After` on a 429 or 503 that opens the circuit says
 * when it may probe. The caller's abort is counted nowhere and works until the body is read; a
 * request that fetch itself refuses, as for a header with a line break, is counted nowhere either.
 *
 * @throws TypeError or RangeError when an option is wrong; the fetch it makes rejects with
 * CallNotPermittedError, TimeoutError, or whatever the guarded fetch rejects with
 * @example
 * const guarded = createFetch({ defaults: { tripper: failureStreak(5), timeoutMs: 5_000 } })
 * const response = await guarded('https://api.example/items')
 */
export function createFetch(options: CreateFetchOptions = {}): typeof fetch {
  const owner = 'createFetch'
  checkOptions(owner, options, {
    fetch: checkFunction,
    defaults: () => {}, // the registry's own to check
    registry: checkMethods('get', 'define'),
    key: checkFunction,
    maxRetryAfterMs: checkMs,
    fallback: checkFunction,
  })
  const { defaults, key, maxRetryAfterMs = 300_000, fallback } = options
  check(
    options.registry === undefined || defaults === undefined,
    `${owner}: defaults`,
    'left out beside a registry, which has its own',
    defaults,
  )
  const registry =
    options.registry ?? new CircuitRegistry(defaults === undefined ? {} : { defaults })

  return async (resource, settings) => {
    const send = options.fetch ?? fetch
    const [input, init] = withPlainInit(resource, settings)
    const url = urlOf(input)
    const outline = key && requestWithoutBody(input, init)
    // what is no request, fetch itself refuses best
    if (url === undefined || (key && outline === undefined)) return send(input, init)
    const name = key && outline ? key(outline) : originOf(url)
    checkText(`${owner}: what key returns`, name)
    const circuit = registry.get(name)

    const signal = signalOf(input, init)
    let failed: { readonly response: Response; readonly error: HttpStatusError } | undefined
    try {
      return await circuit.call(async ({ signal: bounded }) => {
        const limited = bounded !== undefined && bounded !== signal
        let response: Response
        try {
          response = await send(input, limited ? withSignal(input, init, bounded) : init)
        } catch (error) {
          throw isSendable(url, input, init) ? error : new RequestNotSentError(error)
        }
        if (response.status < 500 && response.status !== 429) return response
        if (limited) followAbortWhileReading(bounded, response)
        const askedMs = retryAfterOf(response, circuit.clock.timestamp(), maxRetryAfterMs)
        failed = { response, error: new HttpStatusError(response.status, url, askedMs) }
        throw failed.error
      }, signal && { signal })
    } catch (error) {
      if (failed !== undefined && error === failed.error) {
        const { response } = failed
        failed = undefined // circuits keep errors, and V8 keeps with an error what its stack can see
        return response
      }
      if (error instanceof RequestNotSentError) throw error.cause
      const gaveUp = signal?.aborted === true && error === signal.reason
      const request = fallback && !gaveUp ? (outline ?? requestWithoutBody(input, init)) : undefined
      if (fallback === undefined || request === undefined) throw error
      return fallback(error, request)
    }
  }
}

function retryAfterOf(
  { status, headers }: Response,
  timestamp: number,
  maxMs: number,
): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  // by the server's own clock where it says what time it has, so that a wrong one here is no matter
  const sent = Date.parse(headers.get('date') ?? '')
  const asked = parseRetryAfter(headers.get('retry-after'), sent || timestamp)
  return asked === undefined ? undefined : Math.min(asked, maxMs)
}
