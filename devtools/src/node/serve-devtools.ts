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
 * @throws TypeError or RangeError for an invalid option, and the error of Node when the port is in use.
 * The returned promise rejects with them
 *
 * @example
 * const devtools = await serveDevtools()
 * console.log(devtools.url)
 */
export async function serveDevtools(options: ServeDevtoolsOptions = {}): Promise<DevtoolsServer> {
  checkOptions(options)
  const { port = 0, token, controls = false } = options
  const url = processUrl({
    pid: process.pid,
    script: process.argv[1],
    ...(process.env['NODE_ENV'] === 'production' && { productionHost: hostname() }),
  })
  const client = localClient({ url: () => url, controls })
  return startServer({ clients: new Map([[topFrame, client]]), port, token, keepAlive: false })
}

const known: Readonly<Record<keyof ServeDevtoolsOptions, true>> = {
  port: true,
  token: true,
  controls: true,
}

function checkOptions(options: ServeDevtoolsOptions): void {
  // without its value, which may be a token: errors are logged
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('serveDevtools: options must be an object')
  }
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key))
  if (unknown !== undefined) {
    const names = Object.keys(known).join(', ')
    throw new TypeError(`serveDevtools: each option must be one of ${names}, got "${unknown}"`)
  }
  const { port = 0, token, controls = false } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`port must be an integer from 0 to 65,535, got ${JSON.stringify(port)}`)
  }
  const isToken = typeof token === 'string' && /^[\w-]{16,200}$/.test(token)
  if (token !== undefined && !isToken) {
    throw new RangeError('token must have 16 to 200 characters of A–Z, a–z, 0–9, - and _')
  }
  // a text such as 'false' must not allow commands
  if (typeof controls !== 'boolean') {
    throw new TypeError(`controls must be a boolean, got ${JSON.stringify(controls)}`)
  }
}
