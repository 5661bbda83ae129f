import type { CircuitBreaker } from '../circuit-breaker.ts'
import { report } from '../internal/error-handler.ts'
import { rejectPromise } from '../internal/policy-result.ts'
import { check, checkOptions, checkTimeoutMs } from '../internal/validation.ts'
import { CircuitRegistry } from '../registry.ts'
import { circuitOf, isLocal, isRelative, originOf, resolveUrl } from './circuit-key.ts'
import { CHECKS, type CreateFetchOptions } from './create-fetch-options.ts'
import { type Init, type Input, type RequestHead, requestHead, urlText } from './fetch-arguments.ts'
import { callGuarded } from './guarded-call.ts'
import { isFirstGlobalFetch, lookUpFetch } from './platform-fetch.ts'

const OWNER = 'createFetch'

/**
 * A drop-in `fetch` with one circuit per origin.
 *
 * Network errors, timeouts, the statuses 5xx and 429, and `Response.error()` are failures. The caller
 * receives the response unchanged, with an unread body. When a failure opens the circuit, the delay
 * that a 429 or 503 requested with `Retry-After` since the last success is the delay until the next
 * probe.
 *
 * Not recorded are an abort by the caller, which works until the body is read; a request that was never
 * sent; a failure after a redirect to another origin. `data:`, `blob:`, `about:` and `file:` URLs have
 * no circuit.
 *
 * It may replace the global fetch: `globalThis.fetch = createFetch({ fetch: globalThis.fetch })`.
 *
 * @throws TypeError or RangeError when an option is invalid. The returned function rejects with
 * CallNotPermittedError, TimeoutError, or the error of the guarded fetch
 * @example
 * const guarded = createFetch({ defaults: { tripper: failureStreak(5), timeoutMs: 5_000 } })
 * const response = await guarded('https://api.example/items')
 */
export function createFetch(options: CreateFetchOptions = {}): typeof fetch {
  checkOptions(OWNER, options, CHECKS)
  const { defaults, key, timeoutMs } = options
  check(
    options.registry === undefined || defaults === undefined,
    `${OWNER}: defaults`,
    'left out when registry is set',
    defaults,
  )
  const registry =
    options.registry ?? new CircuitRegistry(defaults === undefined ? {} : { defaults })
  const lookup = lookUpFetch(options.fetch as typeof fetch | undefined)

  const guarded = async (input: Input, init?: Init): Promise<Response> => {
    const called = lookup.find(input)
    const send = (resource: Input, settings: Init) => lookup.call(called, resource, settings)
    const text = urlText(input)
    const url = resolveUrl(text)
    const unguarded = url ? isLocal(url) : isFirstGlobalFetch(called) || !isRelative(text)
    const needsHead = key !== undefined || typeof timeoutMs === 'function'
    const head = needsHead && !unguarded ? requestHead(input, init, url?.href ?? text) : undefined
    // fetch rejects invalid arguments itself
    if (unguarded || (key && head === undefined)) return send(input, init)
    const circuit = circuitOf(registry, originOf(url), head, key)
    const limitMs = timeoutOf(circuit, head, timeoutMs)
    const isPlatform = lookup.isPlatform(called)
    const request = { input, init, text, url, head, timeoutMs: limitMs, isPlatform, send }
    return callGuarded(circuit, request, options)
  }
  lookup.install(guarded)
  return guarded
}

/** The time limit of a request; undefined for the one of the circuit. */
function timeoutOf(
  circuit: CircuitBreaker,
  head: RequestHead | undefined,
  option: CreateFetchOptions['timeoutMs'],
): number | undefined {
  if (typeof option !== 'function') return option
  try {
    const timeoutMs = head && option(head)
    rejectPromise(`${OWNER}: timeoutMs`, 'a number', timeoutMs)
    if (timeoutMs !== undefined) checkTimeoutMs(`${OWNER}: what timeoutMs returns`, timeoutMs)
    return timeoutMs
  } catch (error) {
    circuit[report]?.(error, 'timeoutMs')
    return undefined
  }
}
