import { once } from 'node:events'
import { request } from 'node:http'
import WebSocket from 'ws'

/** Evaluates code in a process. */
export interface Evaluator {
  /**
   * Resolves with the value of the expression, or of the promise that it returns; rejects when it
   * throws, and with {@link ConnectionClosed}.
   */
  evaluate(expression: string): Promise<unknown>
  close(): Promise<void>
}

/** The process ended, or closed its inspector. */
export class ConnectionClosed extends Error {
  override name = 'ConnectionClosed'
}

interface PendingCall {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

const CONNECT_MS = 2_000
const MAX_LIST_BYTES = 1_000_000
/** An answer to a read has at most 20 million characters. */
const MAX_MESSAGE_BYTES = 100_000_000

/** A connection to the inspector of a Node process on this machine. */
export class InspectorConnection implements Evaluator {
  readonly #socket: WebSocket
  readonly #pending = new Map<number, PendingCall>()
  #lastId = 0

  /** Rejects when no Node process has its inspector at the port. */
  static async open(port: number): Promise<InspectorConnection> {
    const path = await findTarget(port)
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${path}`, {
      handshakeTimeout: CONNECT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return new InspectorConnection(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#receive(String(data)))
    // followed by `close`
    socket.on('error', () => {})
    socket.on('close', () => this.#rejectPending())
    // without it, a process that ends would wait until the inspector disconnects
    this.#call('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }).catch(() => {})
  }

  get closed(): boolean {
    return this.#socket.readyState !== WebSocket.OPEN
  }

  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true, silent: true }
    let answer: unknown
    try {
      answer = await this.#call('Runtime.evaluate', params)
    } catch (error) {
      // an exception is a result: this process is ending
      this.#socket.terminate()
      throw error
    }
    const exception = member(answer, 'exceptionDetails')
    if (exception === undefined) return member(member(answer, 'result'), 'value')
    const description = member(member(exception, 'exception'), 'description')
    throw new Error(typeof description === 'string' ? description : 'a non-error value')
  }

  /**
   * Resolves when the connection is closed. It ends without a closing handshake: when a process closes
   * its inspector during one, Node 20 blocks the process permanently.
   */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve())
      this.#socket.terminate()
    })
  }

  #call(method: string, params: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new ConnectionClosed('the inspector is closed'))
        return
      }
      const id = ++this.#lastId
      this.#pending.set(id, { resolve, reject })
      this.#socket.send(JSON.stringify({ id, method, params }))
    })
  }

  #receive(json: string): void {
    const message: unknown = JSON.parse(json)
    if (member(message, 'method') === 'NodeRuntime.waitingForDisconnect') {
      this.#socket.terminate()
      return
    }
    const id = member(message, 'id')
    const call = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (typeof id !== 'number' || call === undefined) return
    this.#pending.delete(id)
    const result = member(message, 'result')
    if (result !== undefined) call.resolve(result)
    else call.reject(new ConnectionClosed('the inspector does not evaluate'))
  }

  #rejectPending(): void {
    for (const { reject } of this.#pending.values()) {
      reject(new ConnectionClosed('the inspector is closed'))
    }
    this.#pending.clear()
  }
}

/** The id of the process in its list of inspector targets. */
async function findTarget(port: number): Promise<string> {
  const targets: unknown = JSON.parse(await get(`http://127.0.0.1:${port}/json/list`))
  const id = Array.isArray(targets) ? member(targets[0], 'id') : undefined
  if (typeof id !== 'string' || !/^[\w-]+$/.test(id)) {
    throw new Error(`port ${port} is not the inspector of a Node process`)
  }
  return id
}

/** Not by `fetch`, which refuses some ports. */
async function get(url: string): Promise<string> {
  const signal = AbortSignal.timeout(CONNECT_MS)
  const [response] = await once(request(url, { signal, agent: false }).end(), 'response')
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response) {
    bytes += chunk.length
    if (bytes > MAX_LIST_BYTES) throw new Error('the list of targets is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** The value of an own member, `undefined` for anything but an object. */
function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined
}
