import { connect, type Socket } from 'node:net'

type Answer = [
  type: 1,
  id: number,
  error: { error: string; message: string } | null,
  result: object,
]

/**
 * A client of Marionette, the remote protocol of Firefox that reaches the browser's own windows: the
 * toolbox, its panels and the settings. A message is its length, a colon, and JSON.
 */
export class Marionette {
  readonly #socket: Socket
  readonly #pending = new Map<number, (answer: Answer) => void>()
  #received = Buffer.alloc(0)
  #lastId = 0

  /** Connects to a port of this machine. Rejects while no Firefox listens there. */
  static async connect(port: number): Promise<Marionette> {
    const socket = connect({ port, host: '127.0.0.1' })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject)
    })
    return new Marionette(socket)
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.once('close', () => {
      const error = { error: 'closed', message: 'Firefox ended' }
      for (const id of this.#pending.keys()) this.#settle([1, id, error, {}])
    })
  }

  /** @throws Error that names the command and quotes Firefox's message */
  async send(command: string, parameters: object = {}): Promise<object> {
    const id = ++this.#lastId
    const answered = new Promise<Answer>((resolve) => {
      this.#pending.set(id, resolve)
    })
    const message = JSON.stringify([0, id, command, parameters])
    this.#socket.write(`${Buffer.byteLength(message)}:${message}`)
    const [, , error, result] = await answered
    if (error !== null) throw new Error(`${command}: ${error.error}: ${error.message}`)
    return result
  }

  /**
   * Calls a function in the page (`content`) or in the browser's window (`chrome`), and returns its
   * result. Arguments and result are copied as JSON. Calls must not overlap.
   */
  async call<A extends readonly unknown[], R>(
    context: 'content' | 'chrome',
    script: (...args: A) => R,
    ...args: A
  ): Promise<Awaited<R>> {
    await this.send('Marionette:SetContext', { value: context })
    const result = await this.send('WebDriver:ExecuteScript', {
      script: `return (${script})(...arguments)`,
      args,
      sandbox: context === 'chrome' ? 'system' : null,
      newSandbox: false,
    })
    return Reflect.get(result, 'value')
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const colon = this.#received.indexOf(':')
      if (colon === -1) return
      const end = colon + 1 + Number(this.#received.toString('latin1', 0, colon))
      if (this.#received.length < end) return
      const message: unknown = JSON.parse(this.#received.toString('utf8', colon + 1, end))
      this.#received = this.#received.subarray(end)
      // the first message, which introduces Firefox, is an object
      if (Array.isArray(message)) this.#settle(message as Answer)
    }
  }

  #settle(answer: Answer): void {
    this.#pending.get(answer[1])?.(answer)
    this.#pending.delete(answer[1])
  }
}
