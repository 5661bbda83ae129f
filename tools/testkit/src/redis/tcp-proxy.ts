import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * What happens to bytes in both directions: they are forwarded; they are kept until it forwards again,
 * as in a network that loses packets; or connections are reset.
 */
export type ProxyMode = 'forward' | 'hold' | 'reset'

/** A TCP proxy on loopback in front of a server, which separates one client from it. */
export class TcpProxy {
  readonly port: number
  /** Milliseconds by which it delays each piece of data, in each direction. */
  delayMs = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #waiting = new Set<() => void>()
  #mode: ProxyMode = 'forward'

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port was assigned')
    return new TcpProxy(server, address.port, targetPort)
  }

  private constructor(server: Server, port: number, targetPort: number) {
    this.#server = server
    this.port = port
    server.on('connection', (client) => {
      if (this.#mode === 'reset') return void client.resetAndDestroy()
      const target = connect(targetPort, '127.0.0.1')
      this.#pipe(client, target)
      this.#pipe(target, client)
    })
  }

  get mode(): ProxyMode {
    return this.#mode
  }

  set mode(mode: ProxyMode) {
    this.#mode = mode
    if (mode === 'reset') for (const socket of this.#sockets) socket.resetAndDestroy()
    if (mode === 'hold') return
    for (const forward of this.#waiting) forward()
    this.#waiting.clear()
  }

  async stop(): Promise<void> {
    this.mode = 'reset'
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pipe(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    let order: Promise<void> = Promise.resolve()
    // the order of the data is kept, whatever delays it
    const forward = (write: () => void) => {
      const delay = this.delayMs
      order = order.then(async () => {
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
        if (this.#mode === 'hold') await new Promise<void>((resolve) => this.#waiting.add(resolve))
        if (!to.destroyed) write()
      })
    }
    from.on('data', (data) => forward(() => to.write(data)))
    from.on('end', () => forward(() => to.end()))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      forward(() => to.destroy())
    })
  }
}
