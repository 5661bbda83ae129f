import { createServer, type Server, type ServerResponse } from 'node:http'
import { healthy, type Knobs, type ServiceName } from '../src/knobs.ts'

/** A service on an origin of its own that answers as well as its knobs let it, and counts. */
export class FlakyService {
  readonly name: ServiceName
  readonly server: Server
  knobs: Knobs = healthy
  /** Requests that arrived, whatever came of them. */
  received = 0

  constructor(name: ServiceName) {
    this.name = name
    this.server = createServer((_request, response) => this.#answer(response))
  }

  #answer(response: ServerResponse): void {
    this.received++
    const { failureRate, latencyMs, hang } = this.knobs
    if (hang) return
    const delayMs = latencyMs * (0.8 + 0.4 * Math.random())
    const timer = setTimeout(() => {
      const failed = Math.random() < failureRate
      response.writeHead(failed ? 503 : 200, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'access-control-allow-origin': '*',
      })
      response.end(JSON.stringify(failed ? { error: `${this.name} is down` } : { ok: true }))
    }, delayMs)
    response.on('close', () => clearTimeout(timer)) // who gave up waiting needs no answer
  }
}
