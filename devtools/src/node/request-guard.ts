import { createHash, timingSafeEqual } from 'node:crypto'

/** The used part of an HTTP request. */
export interface DevtoolsRequest {
  readonly method: string
  /** The request target as sent, with its query. */
  readonly path: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** A reason to reject a request, as an HTTP status with a text. */
export interface Rejection {
  readonly status: number
  readonly text: string
}

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i

/**
 * Rejects requests that did not come from the server's own page, or from a tool on this machine.
 *
 * A page on the internet can send requests to loopback addresses. Its `Origin` and `Sec-Fetch-Site`
 * reveal it. With DNS rebinding both look right, because its own host name resolves to this machine;
 * then `Host` contains that name.
 */
export function rejectForeign({ headers }: DevtoolsRequest): Rejection | undefined {
  const { host = '', origin } = headers
  if (!loopbackHost.test(host)) {
    return { status: 421, text: `This server is only for localhost, not for ${quote(host)}.` }
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return { status: 403, text: `Requests of the origin ${quote(origin)} are rejected.` }
  }
  // `none`: the user entered the address
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, text: `Requests with Sec-Fetch-Site ${quote(site)} are rejected.` }
  }
  return undefined
}

/** Rejects requests without the token. */
export function rejectWithoutToken(
  { headers }: DevtoolsRequest,
  token: string,
): Rejection | undefined {
  if (isEqual(headers['authorization'] ?? '', `Bearer ${token}`)) return undefined
  const text = 'The token is missing or wrong. Open the address that the server printed.'
  return { status: 401, text }
}

/** Compares digests, so that the time does not depend on the number of equal characters. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

const quote = (text: string) => JSON.stringify(text.slice(0, 100))
