export type Input = Parameters<typeof fetch>[0]
export type Init = Parameters<typeof fetch>[1]

/** URL, method and headers of a request. */
export type RequestHead = Readonly<Pick<Request, 'url' | 'method' | 'headers'>>

/** By shape, because a Request of another realm or library is not an instance of the class. */
export function isRequest(value: Input): value is Request {
  return typeof (value as Partial<Request> | null)?.url === 'string'
}

/** The URL as the caller wrote it. Invalid for a value that cannot become a string. */
export function urlText(input: Input): string {
  try {
    return isRequest(input) ? input.url : `${input}`
  } catch {
    return 'http://'
  }
}

/**
 * The members of `init` as own properties. RequestInit is a Web IDL dictionary: fetch also reads
 * members that `init` inherits, and those of a class or a Request, which are getters.
 */
export function membersOf(init: Init): RequestInit {
  const members: Record<PropertyKey, unknown> = { ...init }
  const source = Object(init) as Record<string, unknown>
  for (let at: object | null = source; at !== null; at = Object.getPrototypeOf(at)) {
    for (const key of Object.getOwnPropertyNames(at)) {
      // not what every object inherits, such as `constructor`
      const value = key in members ? undefined : source[key]
      if (value !== undefined) members[key] = value
    }
  }
  return members
}

export function isStream(body: unknown): body is ReadableStream {
  return typeof (body as ReadableStream | null | undefined)?.getReader === 'function'
}

/** A stream of Node.js or an async generator, which undici sends. */
export function isIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof (body as AsyncIterable<unknown> | null)?.[Symbol.asyncIterator] === 'function'
}

/** The caller's AbortSignal; the one in init replaces the one of the Request. */
export function signalOf(input: Input, init: Init): AbortSignal | undefined {
  const signal = init?.signal
  return (signal === undefined && isRequest(input) ? input.signal : signal) ?? undefined
}

/** The init for the same request with other members. */
export function withMembers(input: Input, init: Init, changed: RequestInit): RequestInit {
  const members = membersOf(init)
  if (!isRequest(input) || Object.keys(members).length > 0) return { ...members, ...changed }
  // with any init, fetch resets the referrer of a Request
  const { referrer, referrerPolicy } = input
  return { referrer, referrerPolicy, ...changed }
}

/**
 * The Request of the caller, or a new one without the body. A plain object when the platform has no
 * such Request, for example because the URL is relative; undefined for invalid headers.
 */
export function requestHead(input: Input, init: Init, url: string): RequestHead | undefined {
  const request = isRequest(input) ? input : undefined
  if (request && !init) return request
  const method = init?.method ?? request?.method ?? 'GET'
  const headers = init?.headers ?? request?.headers ?? {}
  try {
    return new Request(url, { method, headers })
  } catch {}
  try {
    return { url, method: method.toUpperCase(), headers: new Headers(headers) }
  } catch {
    return undefined
  }
}
