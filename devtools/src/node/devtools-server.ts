import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { FrameClient } from '../transports/frame-client.ts'
import type { FrameId } from '../transports/transport.ts'
import { readPageFiles } from './page-files.ts'
import type { DevtoolsRequest } from './request-guard.ts'
import { type DevtoolsResponse, plain, requestHandler } from './request-handler.ts'

/** A running server of the devtools page. */
export interface DevtoolsServer {
  /** The address of the page, with the token in its fragment: a secret. */
  readonly url: string
  readonly port: number
  /** Closes the server and all its connections. */
  close(): Promise<void>
}

export interface ServerOptions {
  readonly clients: ReadonlyMap<FrameId, FrameClient>
  /** 0 chooses a free port. */
  readonly port: number
  /** Default: 144 random bits. */
  readonly token?: string | undefined
  /** Whether the server keeps the process alive. */
  readonly keepAlive: boolean
}

/** The longest body of a request, in bytes. A read of 100 circuits has less than a tenth. */
const MAX_BODY_BYTES = 1_000_000

/** Serves the page on the loopback interface. Rejects when the port is in use. */
export async function startServer({
  clients,
  port,
  token = randomBytes(18).toString('base64url'),
  keepAlive,
}: ServerOptions): Promise<DevtoolsServer> {
  const handle = requestHandler({ token, clients, files: await readPageFiles() })
  const server = createServer((request, response) => void serve(request, response, handle))
  if (!keepAlive) server.on('connection', (socket) => socket.unref())
  await listen(server, port)
  if (!keepAlive) server.unref()
  const address = server.address()
  const actualPort = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://127.0.0.1:${actualPort}/#${token}`,
    port: actualPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // exclusive: the workers of a cluster would share the port, and each has its own circuits
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: DevtoolsRequest) => Promise<DevtoolsResponse>,
): Promise<void> {
  const body = await readBody(request).catch(() => undefined)
  const {
    status,
    headers,
    body: content,
  } = body === undefined
    ? plain(413, 'The body of the request is too long.')
    : await handle({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: singleHeaders(request),
        body,
      })
  response.writeHead(status, headers).end(content)
}

/** Rejects a body that is too long or incomplete. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new Error('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Repeated headers are joined, so that a second `Host` or `Origin` cannot hide behind the first. */
function singleHeaders({ headersDistinct }: IncomingMessage): DevtoolsRequest['headers'] {
  const entries = Object.entries(headersDistinct).map(([name, values = []]) => [
    name,
    values.join(', '),
  ])
  return Object.fromEntries(entries)
}
