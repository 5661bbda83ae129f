import type { IncomingHttpHeaders } from 'node:http'

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Whether the page of this server, or a program, sent a request. The server listens on loopback, but
 * any page in a browser can send requests there: from its own origin, or under a host name that it lets
 * point to loopback (DNS rebinding).
 *
 * @param changes whether the request changes something: another site may not send it
 */
export function isOwnPage(headers: IncomingHttpHeaders, changes: boolean): boolean {
  const { host = '', origin } = headers
  if (!LOOPBACK.includes(host.replace(/:\d+$/, ''))) return false
  if (!changes) return true
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  return origin === undefined || origin === `http://${host}`
}
