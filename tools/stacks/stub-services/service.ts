import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { StackRun } from '../stack-run.ts'

export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the service does with a request: a status and a body, or an answer written by hand. */
export type Behaviour = (request: ReceivedRequest, response: ServerResponse) => unknown

/** An HTTP service whose behaviour a case can change. It counts what reaches it. */
export class Service {
  readonly #server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const received = { method, url, headers, body: await text(request) }
    this.requests.push(received)
    await this.behaviour(received, response)
  })
  readonly requests: ReceivedRequest[] = []
  behaviour: Behaviour
  url = ''

  private constructor(behaviour: Behaviour) {
    this.behaviour = behaviour
  }

  static async start(run: StackRun, behaviour: Behaviour): Promise<Service> {
    const service = new Service(behaviour)
    const server = service.#server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    run.onEnd(() => {
      server.close()
      server.closeAllConnections()
    })
    return service
  }

  /** The number of requests that arrive while the function runs. */
  async countDuring(run: () => Promise<unknown>): Promise<number> {
    const before = this.requests.length
    await run()
    return this.requests.length - before
  }
}

/** Answers with JSON. */
export function answer(value: unknown, status = 200, headers = {}): Behaviour {
  return (_request, response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(JSON.stringify(value))
}

/** Answers with this status and a body that says so. */
export const fail = (status: number, headers = {}) => answer({ error: status }, status, headers)

/** Never answers. */
export const hang: Behaviour = () => {}
