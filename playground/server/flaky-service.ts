import { createServer, type Server, type ServerResponse } from 'node:http'
import { healthy, type Knobs, type ServiceName } from '../src/knobs.ts'

/** Pages whose requests are counted. */
const MAX_PAGES = 1_000

/** A service on its own origin. It injects the faults that its knobs set, and counts requests. */
export class FlakyService {
  readonly name: ServiceName
  readonly server: Server
  knobs: Knobs = healthy
  /** Number of requests, whatever their outcome. */
  received = 0
  readonly #receivedFrom = new Map<string, number>()

  constructor(name: ServiceName) {
    this.name = name
    this.server = createServer(({ url }, response) => {
      this.#count(url ?? '')
      this.#answer(response)
    })
  }

  /** Number of requests of one page. */
  receivedFrom(page: string): number {
    return this.#receivedFrom.get(page) ?? 0
  }

  #count(url: string): void {
    this.received++
    const page = new URL(url, 'http://service').searchParams.get('from')
    if (page === null) return
    if (this.#receivedFrom.size >= MAX_PAGES) this.#receivedFrom.clear()
    this.#receivedFrom.set(page, this.receivedFrom(page) + 1)
  }

  #answer(response: ServerResponse): void {
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
