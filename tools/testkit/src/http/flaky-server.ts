import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** The requests with one `id`. */
export interface Traffic {
  received: number
  /** Aborted by the client before the response was complete. */
  givenUp: number
}

/**
 * A server on loopback whose URL selects its behaviour:
 *
 * - `/answer?status=503,200&body=text&retry-after=5` responds. The n-th request of an `id` receives the
 *   n-th status, further requests the last one. Other query parameters become headers.
 * - `/echo` responds with the request: `{ method, headers, body }`
 * - `/hang` never responds
 * - `/reset` closes the connection without a response
 * - `/stream?status=503&chunks=3` sends the headers at once and then a chunk every 5 ms, endlessly
 *   without `chunks`
 * - `/traffic?id=a` returns the {@link Traffic} of the requests with `id=a`
 *
 * CORS allows every page to read every header.
 */
export class FlakyServer {
  /** `http://127.0.0.1:port`, the origin of its URLs. */
  readonly origin: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(): Promise<FlakyServer> {
    const traffic = new Map<string, Traffic>()
    const server = createServer((request, response) => respond(request, response, traffic))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return new FlakyServer(server)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  known: Map<string, Traffic>,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const query = Object.fromEntries(searchParams)
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-headers', '*')
  response.setHeader('access-control-allow-methods', '*')
  response.setHeader('access-control-expose-headers', '*')
  response.setHeader('cache-control', 'no-store')
  if (request.method === 'OPTIONS') return void response.writeHead(204).end()

  const { id = '' } = query
  const traffic = known.get(id) ?? { received: 0, givenUp: 0 }
  if (pathname === '/traffic') return void sendJson(response, traffic)
  known.set(id, traffic)
  traffic.received++
  response.on('close', () => {
    if (!response.writableFinished) traffic.givenUp++
  })

  const handler = handlers[pathname]
  if (handler === undefined) return void response.writeHead(404).end()
  handler({ request, response, query, nth: traffic.received })
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  query: Record<string, string>
  /** The number of this request among those with its id, from 1. */
  nth: number
}

const handlers: Record<string, (exchange: Exchange) => void> = {
  '/answer': ({ response, query, nth }) => {
    const { id: _, status = '200', body = `status ${status}`, ...headers } = query
    const statuses = status.split(',').map(Number)
    const code = statuses[nth - 1] ?? statuses.at(-1) ?? 200
    response.writeHead(code, { 'content-type': 'text/plain', ...headers })
    response.end(code === 204 ? undefined : body)
  },
  '/echo': async ({ request, response }) => {
    const { method, headers } = request
    sendJson(response, { method, headers, body: await text(request) })
  },
  '/hang': () => {},
  '/reset': ({ request }) => void request.socket.resetAndDestroy(),
  '/stream': ({ response, query }) => {
    response.writeHead(Number(query['status'] ?? 200), { 'content-type': 'text/plain' })
    let left = Number(query['chunks'] ?? Number.POSITIVE_INFINITY)
    const timer = setInterval(() => {
      if (left-- > 0) response.write('chunk ')
      else response.end()
    }, 5)
    response.on('close', () => clearInterval(timer))
  },
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(value))
}
