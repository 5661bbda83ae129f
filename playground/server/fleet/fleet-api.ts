import type { IncomingMessage, ServerResponse } from 'node:http'
import { FleetHost } from './fleet-host.ts'
import type { Origins } from './fleet-instance.ts'

/** Without a request for so long, in ms, the page is closed: the instances call no service. */
const IDLE_MS = 5_000

/** `GET /fleet`: the overview of a fleet that the first request starts. */
export class FleetApi {
  readonly #origins: () => Origins
  #host: Promise<FleetHost> | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(origins: () => Origins) {
    this.#origins = origins
  }

  /** @returns false when the request has another path */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' || request.url !== '/fleet') return false
    this.#overview().then(
      (overview) => send(response, 200, overview),
      (error: unknown) => send(response, 500, { error: String(error) }),
    )
    return true
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await (await this.#host)?.close()
  }

  async #overview() {
    this.#host ??= FleetHost.start(this.#origins())
    const host = await this.#host
    host.setActive(true)
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => host.setActive(false), IDLE_MS)
    this.#idle.unref()
    return host.overview
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
