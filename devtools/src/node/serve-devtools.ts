import { hostname } from 'node:os'
import { localClient } from '../transports/local-client.ts'
import { topFrame } from '../transports/transport.ts'
import { type DevtoolsServer, startServer } from './devtools-server.ts'
import { processUrl } from './process-url.ts'

/** Options of {@link serveDevtools}. */
export interface ServeDevtoolsOptions {
  /** The port on 127.0.0.1, an integer from 0 to 65,535. Default 0: a free port. */
  readonly port?: number
  /**
   * Authorizes the page, 16 to 200 characters of A–Z, a–z, 0–9, `-` and `_`. Set it to keep the
   * address when the process restarts. Default: a random token.
   */
  readonly token?: string
  /** Whether the panel may change the state of circuits. Default false. */
  readonly controls?: boolean
}

/**
 * Serves a page with the devtools panel for the circuits of this process. It shows circuits that have
 * `devtoolsListener()` of `@fluxgate/core/devtools`.
 *
 * Only this machine can connect, and only with the token in the returned address. The server does not
 * keep the process alive by itself when everything else has ended.
 *
 * @throws RangeError for an invalid option; rejects with the error of Node when the port is in use
 *
 * @example
 * const devtools = await serveDevtools()
 * console.log(devtools.url)
 */
export async function serveDevtools({
  port = 0,
  token,
  controls = false,
}: ServeDevtoolsOptions = {}): Promise<DevtoolsServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`port must be an integer from 0 to 65,535, got ${String(port)}`)
  }
  if (token !== undefined && !/^[\w-]{16,200}$/.test(token)) {
    // without its value: errors are logged
    throw new RangeError('token must have 16 to 200 characters of A–Z, a–z, 0–9, - and _')
  }
  const url = processUrl({
    pid: process.pid,
    script: process.argv[1],
    ...(process.env['NODE_ENV'] === 'production' && { productionHost: hostname() }),
  })
  const client = localClient({ url: () => url, controls })
  return startServer({ clients: new Map([[topFrame, client]]), port, token, keepAlive: false })
}
