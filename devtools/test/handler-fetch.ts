import { requestHandler } from '../src/node/request-handler.ts'
import type { FrameClient } from '../src/transports/frame-client.ts'
import type { FrameId } from '../src/transports/transport.ts'

export const token = 'a-token-of-the-tests'

/** A `fetch` that calls the handler of the server without a network. */
export function handlerFetch(clients: ReadonlyMap<FrameId, FrameClient>) {
  const handle = requestHandler({ token, clients, files: new Map() })
  return async (path: string, { method = 'GET', headers, body }: RequestInit) => {
    const response = await handle({
      method,
      path,
      headers: { host: '127.0.0.1:1', ...Object.fromEntries(new Headers(headers)) },
      body: String(body),
    })
    return new Response(String(response.body), { status: response.status })
  }
}
