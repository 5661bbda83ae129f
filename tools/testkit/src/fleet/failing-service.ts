import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { realNow } from './real-now.ts'

/** What the service does with the calls of an instance. */
export type Behaviour = 'succeed' | 'fail' | 'hang'

/** A call that reached the service. */
export interface Hit {
  readonly at: number
  readonly instance: number
  readonly behaviour: Behaviour
  /** The state of the caller's circuit. */
  readonly state: string
  /** The probes passed, and a ramp is under way. */
  readonly healthy: boolean
}

const LATENCY_MS = 5

/** An HTTP service on loopback whose failures a test controls, and records each call. */
export class FailingService {
  readonly port: number
  readonly hits: Hit[] = []
  behaviour: (instance: number) => Behaviour = () => 'succeed'
  readonly #server: Server

  static async start(): Promise<FailingService> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port was assigned')
    return new FailingService(server, address.port)
  }

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
    server.on('request', (request, response) => this.#answer(request, response))
  }

  /** Returns the calls from `from` to before `to`, Unix times in ms. */
  hitsBetween(from: number, to: number): Hit[] {
    return this.hits.filter(({ at }) => at >= from && at < to)
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const [instance = 'NaN', state = '', healthy] = String(request.headers['x-caller']).split(' ')
    const behaviour = this.behaviour(Number(instance))
    this.hits.push({
      at: realNow(),
      instance: Number(instance),
      behaviour,
      state,
      healthy: healthy === 'healthy',
    })
    if (behaviour === 'hang') return
    setTimeout(() => {
      response.statusCode = behaviour === 'fail' ? 500 : 200
      response.end()
    }, LATENCY_MS)
  }
}
