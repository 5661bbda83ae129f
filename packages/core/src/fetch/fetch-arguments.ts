type Input = Parameters<typeof fetch>[0]
type Init = Parameters<typeof fetch>[1]

/** Merges a Request that is used as init, because spreading it would lose its getters. */
export function withPlainInit(input: Input, init: Init): [Input, Init] {
  return isRequest(init) ? [new Request(input, init), undefined] : [input, init]
}

/** The URL of the request; undefined for an invalid one. */
export function urlOf(input: Input): URL | undefined {
  try {
    const base = globalThis.document?.baseURI ?? globalThis.location?.href
    return new URL(isRequest(input) ? input.url : input, base)
  } catch {
    return undefined
  }
}

/** The origin of an http URL, and the scheme of any other, such as `data:`. */
export function originOf({ origin, protocol }: URL): string {
  return protocol.startsWith('http') ? origin : protocol
}

/** The caller's AbortSignal; the one in init replaces the one of the Request. */
export function signalOf(input: Input, init: Init): AbortSignal | undefined {
  if (init?.signal !== undefined) return init.signal ?? undefined
  return isRequest(input) ? input.signal : undefined
}

/** The init for the same request with another signal. */
export function withSignal(input: Input, init: Init, signal: AbortSignal): RequestInit {
  if (!isRequest(input) || Object.keys(init ?? {}).length > 0) return { ...init, signal }
  // with any init, fetch resets the referrer of a Request
  const { referrer, referrerPolicy } = input
  return { referrer, referrerPolicy, signal }
}

/** URL, method and headers as a Request; undefined for invalid ones. Does not read the body. */
export function requestWithoutBody(input: Input, init: Init): Request | undefined {
  if (isRequest(input) && !init) return input
  const { method, headers } = { ...(isRequest(input) && pick(input)), ...(init && pick(init)) }
  try {
    return new Request(isRequest(input) ? input.url : input, {
      ...(method && { method }),
      ...(headers && { headers }),
    })
  } catch {
    return undefined
  }
}

/**
 * Whether fetch sends this request. The constructor of Request throws for the same arguments as
 * fetch. Does not read the body.
 */
export function isSendable(url: URL, input: Input, init: Init): boolean {
  const { body, ...rest } = { ...(isRequest(input) && pick(input)), ...init }
  try {
    new Request(url, { ...rest, signal: null, ...(body && { body: '' }) })
    return true
  } catch (error) {
    return !(error instanceof TypeError)
  }
}

function pick({ method, headers }: RequestInit | Request): Pick<RequestInit, 'method' | 'headers'> {
  return { ...(method !== undefined && { method }), ...(headers !== undefined && { headers }) }
}

// By shape, because a Request of another realm or a polyfill is not an instance of the class.
function isRequest(value: Input | Init): value is Request {
  return typeof value === 'object' && value !== null && 'url' in value
}
