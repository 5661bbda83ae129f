type Input = Parameters<typeof fetch>[0]
type Init = Parameters<typeof fetch>[1]

/** A Request as init has its parts in getters; a copy of it would lose them. */
export function withPlainInit(input: Input, init: Init): [Input, Init] {
  return isRequest(init) ? [new Request(input, init), undefined] : [input, init]
}

/** Where it goes; undefined when that is no URL. */
export function urlOf(input: Input): URL | undefined {
  try {
    const base = globalThis.document?.baseURI ?? globalThis.location?.href
    return new URL(isRequest(input) ? input.url : input, base)
  } catch {
    return undefined
  }
}

/** The origin; what comes from no server goes by its scheme. */
export function originOf({ origin, protocol }: URL): string {
  return protocol.startsWith('http') ? origin : protocol
}

/** The caller's own way to give up. */
export function signalOf(input: Input, init: Init): AbortSignal | undefined {
  if (init?.signal !== undefined) return init.signal ?? undefined
  return isRequest(input) ? input.signal : undefined
}

/** The init that sends the same request under another signal. */
export function withSignal(input: Input, init: Init, signal: AbortSignal): RequestInit {
  if (!isRequest(input) || Object.keys(init ?? {}).length > 0) return { ...init, signal }
  // any init at all makes fetch forget what the Request says of its referrer
  const { referrer, referrerPolicy } = input
  return { referrer, referrerPolicy, signal }
}

/** URL, method and headers as a Request; undefined when they make none. Touches no body. */
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

/** Would fetch send it? Touches no body. What fetch refuses, the constructor of Request does too. */
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

// by shape, not by class: a request of another realm or a polyfill is one too
function isRequest(value: Input | Init): value is Request {
  return typeof value === 'object' && value !== null && 'url' in value
}
