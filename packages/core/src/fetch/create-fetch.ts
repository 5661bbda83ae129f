import { followAbortWhileReading } from '../calls/abort-while-reading.ts'
import {
  check,
  checkFunction,
  checkMethods,
  checkMs,
  checkOptions,
  checkText,
} from '../internal/validation.ts'
import { CircuitRegistry, type RegistryOptions } from '../registry.ts'
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

/** Options of {@link createFetch}. All are optional. */
export interface CreateFetchOptions {
  /** The fetch to call. Default: the global one, looked up at each call. */
  readonly fetch?: typeof fetch | undefined
  /**
   * Options of each circuit, or a function that returns them for a name. `timeoutMs` ends when the
   * headers of the response have arrived.
   */
  readonly defaults?: RegistryOptions['defaults']
  /** The registry of the circuits. Default: a new one with `defaults`. */
  readonly registry?: CircuitRegistry | undefined
  /**
   * Returns the name of the circuit of a request. Default: the origin of its URL, or the scheme of a
   * URL that is not http (`data:`, `blob:`). It receives the Request of the caller, whose body it must
   * not read, or one with the same URL, method and headers.
   */
  readonly key?: ((request: Request) => string) | undefined
  /** Longest delay of a `Retry-After`, in ms above 0, default 300,000 (5 minutes). */
  readonly maxRetryAfterMs?: number | undefined
  /**
   * Returns a response after a rejection, a network error or a timeout. It is not called after an
   * abort, or for a response of any status. It receives the same request as `key`.
   */
  readonly fallback?:
    | ((error: unknown, request: Request) => Response | PromiseLike<Response>)
    | undefined
}

/**
 * A drop-in `fetch` with one circuit per origin.
 *
 * Network errors, timeouts and the statuses 5xx and 429 are failures. The caller receives the
 * response unchanged, with an unread body. When a 429 or 503 opens the circuit, its `Retry-After` is
 * the delay until the next probe. An abort by the caller is not recorded, and works until the body is
 * read. A request that fetch rejects before it sends it, for example because of a header with a line
 * break, is not recorded.
 *
 * @throws TypeError or RangeError when an option is invalid. The returned function rejects with
 * CallNotPermittedError, TimeoutError, or the error of the guarded fetch
 * @example
 * const guarded = createFetch({ defaults: { tripper: failureStreak(5), timeoutMs: 5_000 } })
 * const response = await guarded('https://api.example/items')
 */
export function createFetch(options: CreateFetchOptions = {}): typeof fetch {
  const owner = 'createFetch'
  checkOptions(owner, options, {
    fetch: checkFunction,
    defaults: () => {}, // the registry checks them
    registry: checkMethods('get', 'define'),
    key: checkFunction,
    maxRetryAfterMs: checkMs,
    fallback: checkFunction,
  })
  const { defaults, key, maxRetryAfterMs = 300_000, fallback } = options
  check(
    options.registry === undefined || defaults === undefined,
    `${owner}: defaults`,
    'left out when registry is set',
    defaults,
  )
  const registry =
    options.registry ?? new CircuitRegistry(defaults === undefined ? {} : { defaults })

  return async (resource, settings) => {
    const send = options.fetch ?? fetch
    const [input, init] = withPlainInit(resource, settings)
    const url = urlOf(input)
    const keyRequest = key && requestWithoutBody(input, init)
    // fetch rejects invalid arguments itself
    if (url === undefined || (key && keyRequest === undefined)) return send(input, init)
    const name = key && keyRequest ? key(keyRequest) : originOf(url)
    checkText(`${owner}: what key returns`, name)
    const circuit = registry.get(name)

    const signal = signalOf(input, init)
    let failed: { readonly response: Response; readonly error: HttpStatusError } | undefined
    try {
      return await circuit.call(async ({ signal: callSignal }) => {
        const limited = callSignal !== undefined && callSignal !== signal
        let response: Response
        try {
          response = await send(input, limited ? withSignal(input, init, callSignal) : init)
        } catch (error) {
          throw isSendable(url, input, init) ? error : new RequestNotSentError(error)
        }
        if (response.status < 500 && response.status !== 429) return response
        if (limited) followAbortWhileReading(callSignal, response)
        const delayMs = retryAfterOf(response, circuit.clock.timestamp(), maxRetryAfterMs)
        failed = { response, error: new HttpStatusError(response.status, url, delayMs) }
        throw failed.error
      }, signal && { signal })
    } catch (error) {
      if (failed !== undefined && error === failed.error) {
        const { response } = failed
        failed = undefined // the circuit keeps the error, whose stack in V8 keeps this scope
        return response
      }
      if (error instanceof RequestNotSentError) throw error.cause
      const aborted = signal?.aborted === true && error === signal.reason
      const request =
        fallback && !aborted ? (keyRequest ?? requestWithoutBody(input, init)) : undefined
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
  // relative to the Date header if there is one, so that a wrong clock here has no effect
  const sent = Date.parse(headers.get('date') ?? '')
  const delayMs = parseRetryAfter(headers.get('retry-after'), sent || timestamp)
  return delayMs === undefined ? undefined : Math.min(delayMs, maxMs)
}
