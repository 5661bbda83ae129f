import { createServer, type Server, type ServerResponse } from 'node:http'
import { healthy, type Knobs, type ServiceName } from '../src/knobs.ts'

/** A service on its own origin. It injects the faults that its knobs set, and counts requests. */
export class FlakyService {
  readonly name: ServiceName
  readonly server: Server
  knobs: Knobs = healthy
  /** Number of requests, whatever their outcome. */
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
    response.on('close', () => clearTimeout(timer)) // the client closed the connection
  }
}
