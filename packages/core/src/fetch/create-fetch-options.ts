import {
  type Check,
  checkBoolean,
  checkFunction,
  checkMethods,
  checkMs,
  checkTimeoutMs,
} from '../internal/validation.ts'
import type { CircuitRegistry, RegistryOptions } from '../registry.ts'
import type { RequestHead } from './fetch-arguments.ts'

interface OtherResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** The fetch of a library, such as undici and node-fetch, which has types of its own. */
export interface OtherFetch {
  (input: never, init?: never): PromiseLike<OtherResponse>
  // Two signatures, one of them generic, do not type the parameters of a function expression. So
  // `fetch: async (input, init) => …` has the types of the platform's fetch.
  <_>(input: never, init?: never): PromiseLike<OtherResponse>
}

// a method, so that `(request: Request) => …` is accepted
type OfRequest<T> = { of(request: RequestHead): T }['of']

/** Options of {@link createFetch}. All are optional. */
export interface CreateFetchOptions {
  /**
   * The fetch to call. Default: the global one, looked up at each call; while the guarded fetch is the
   * global one itself, the one that was global before.
   *
   * An error that a fetch of your own throws is a failure, also for arguments that the platform's fetch
   * would not send.
   */
  readonly fetch?: typeof fetch | OtherFetch | undefined
  /**
   * Options of each circuit, or a function that returns them for a name. `timeoutMs` ends when the
   * headers of the response have arrived. A `tracker` adds failures and removes none.
   */
  readonly defaults?: RegistryOptions['defaults']
  /** The registry of the circuits. Default: a new one with `defaults`. */
  readonly registry?: CircuitRegistry | undefined
  /**
   * Returns the name of the circuit of a request. Default: the origin of its URL, scheme and host of a
   * custom scheme, `'(relative)'` for a URL that only `fetch` can resolve. When it throws or does not
   * return a non-empty string, the default is used and `onError` is called with the source `'key'`.
   *
   * It receives the Request of the caller, whose body it must not read, or an object with the same URL,
   * method and headers.
   */
  readonly key?: OfRequest<string> | undefined
  /**
   * Whether a response is a failure. Replaces the default: the statuses 5xx and 429, and
   * `Response.error()`. It must not read the body. When it throws, the default is used and `onError` is
   * called with the source `'tracker'`.
   */
  readonly isFailure?: ((response: Response) => boolean) | undefined
  /**
   * Time limit until the headers of the response, in ms above 0 and at most 2,147,483,647, `Infinity`
   * for none; or a function of the request, for example for large uploads. Default, also when the
   * function returns undefined: the `timeoutMs` of the circuit. It is used too when the function throws
   * or returns anything else; `onError` is called with the source `'timeoutMs'`.
   */
  readonly timeoutMs?: number | OfRequest<number | undefined> | undefined
  /** Longest delay of a `Retry-After`, in ms above 0, default 300,000 (5 minutes). */
  readonly maxRetryAfterMs?: number | undefined
  /**
   * Opens the circuit at once on a 429 or 503 with a `Retry-After`, whatever the rule. Default false,
   * because the quota of one user then rejects all users of the circuit: name circuits per user with
   * `key`.
   */
  readonly openOnRetryAfter?: boolean | undefined
  /**
   * Returns a response after a rejection, a network error or a timeout. It is not called after an
   * abort, for a request that was not sent, or for a response of any status. It receives the same
   * request as `key`.
   */
  readonly fallback?:
    | { of(error: unknown, request: RequestHead): Response | PromiseLike<Response> }['of']
    | undefined
}

export const CHECKS: Readonly<Record<keyof CreateFetchOptions, Check>> = {
  fetch: checkFunction,
  defaults: () => {}, // the registry checks them
  registry: checkMethods('get', 'define'),
  key: checkFunction,
  isFailure: checkFunction,
  timeoutMs: (option, value) => {
    if (typeof value !== 'function') checkTimeoutMs(option, value)
  },
  maxRetryAfterMs: checkMs,
  openOnRetryAfter: checkBoolean,
  fallback: checkFunction,
}
