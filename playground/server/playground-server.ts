import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { serveDevtools } from '@fluxgate/devtools/node'
import sirv from 'sirv'
import { parseKnobs, type ServiceStatus, serviceNames } from '../src/knobs.ts'
import { BackendApi } from './backend-api.ts'
import { FlakyService } from './flaky-service.ts'
import { FleetApi } from './fleet/fleet-api.ts'
import { isOwnPage } from './own-page.ts'
import type { SlackAccount } from './slack-account.ts'

const HOST = '127.0.0.1'

/**
 * Serves the page and each flaky service on an origin of its own. Browsers limit connections per
 * origin, so a service that hangs does not block the others.
 *
 * `GET /services` returns the status of the services, `?from=<page>` with the requests of that page
 * only. `POST /services/<name>` sets knobs from a JSON object. The same origin serves the backend, see {@link BackendApi}.
 */
export class PlaygroundServer {
  readonly #services = serviceNames.map((name) => new FlakyService(name))
  readonly #page: Server
  readonly #slack: SlackAccount | undefined
  readonly #fleet = new FleetApi(() =>
    Object.fromEntries(serviceNames.map((name) => [name, this.#originOf(name)])),
  )
  #backend: BackendApi | undefined

  /**
   * @param folder the built page
   * @param slack the account of the backend; without it, a local channel that the page shows
   */
  constructor(folder: string, slack?: SlackAccount) {
    this.#slack = slack
    const files = sirv(folder, { etag: true })
    this.#page = createServer((request, response) => {
      const changes = request.method !== 'GET' && request.method !== 'HEAD'
      if (!isOwnPage(request.headers, changes)) {
        send(response, 403, { error: 'only the page of this server may send this request' })
        return
      }
      if (this.#fleet.answer(request, response)) return
      if (this.#backend?.answer(request, response)) return
      if (!request.url?.startsWith('/services')) {
        files(request, response, () => send(response, 404, { error: 'not found' }))
        return
      }
      this.#control(request, response).catch((error: unknown) => {
        send(response, 400, { error: error instanceof Error ? error.message : String(error) })
      })
    })
  }

  /**
   * Listens on loopback only.
   *
   * @param port the port of the page; the services use the next ones. 0 selects free ports
   * @returns the URL of the page
   */
  async listen(port: number): Promise<string> {
    const servers = [this.#page, ...this.#services.map(({ server }) => server)]
    await Promise.all(servers.map((server, i) => listening(server, port === 0 ? 0 : port + i)))
    const origin = originOf(this.#page)
    const devtools = await serveDevtools({ controls: true })
    this.#backend = new BackendApi(origin, (name) => this.#originOf(name), devtools, this.#slack)
    return `${origin}/`
  }

  async close(): Promise<void> {
    await this.#fleet.close()
    await this.#backend?.close()
    for (const server of [this.#page, ...this.#services.map(({ server }) => server)]) {
      server.close()
      server.closeAllConnections()
    }
  }

  async #control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://playground')
    if (request.method === 'POST') {
      const name = pathname.split('/')[2]
      const service = this.#services.find((service) => service.name === name)
      if (!service) {
        send(response, 404, { error: `unknown service ${JSON.stringify(name)}` })
        return
      }
      const change = parseKnobs(await json(request))
      service.knobs = { ...service.knobs, ...change }
    }
    send(response, 200, this.#status(searchParams.get('from')))
  }

  #originOf(name: string): string {
    const service = this.#services.find((service) => service.name === name)
    if (!service) throw new Error(`unknown service ${JSON.stringify(name)}`)
    return originOf(service.server)
  }

  /** @param page counts only the requests of this page */
  #status(page: string | null): ServiceStatus[] {
    return this.#services.map((service) => {
      const { name, server, knobs } = service
      const received = page === null ? service.received : service.receivedFrom(page)
      return { name, origin: originOf(server), knobs, received }
    })
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
}

function originOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('the server is not listening')
  return `http://${HOST}:${address.port}`
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
