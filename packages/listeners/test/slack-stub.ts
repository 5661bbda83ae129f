import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A message as the channel shows it. */
export interface PostedMessage {
  ts: string
  channel: string
  text: string
  blocks: unknown[]
  thread_ts?: string
  reply_broadcast?: boolean
}

/** The leaky faults imitate a proxy that returns the request, token included. */
type Fault =
  | 'rate_limited'
  | 'invalid_auth'
  | 'missing_scope'
  | 'server_error'
  | 'drop'
  | 'hang'
  | 'leaky_error'
  | 'leaky_status'

const TOKEN = 'xoxb-314159-a-secret'

/** A server for `chat.postMessage` on loopback. It checks the bearer token and the thread, and returns a `ts`. */
export class SlackStub {
  readonly token = TOKEN
  readonly messages: PostedMessage[] = []
  requests = 0
  /** Faults of the next requests, one each. Later requests succeed. */
  readonly faults: Fault[] = []
  readonly #server: Server
  readonly #hanging: ServerResponse[] = []
  #waiters: (() => void)[] = []

  private constructor(server: Server) {
    this.#server = server
    server.on('request', (request, response) => void this.#handle(request, response))
  }

  static async start(): Promise<SlackStub> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new SlackStub(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/`
  }

  /** Resolves after the request that makes the condition true. */
  async until(condition: (slack: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  /** Closes the connections that hang. */
  release(): void {
    for (const response of this.#hanging.splice(0)) response.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams(await text(request)))
    this.requests++
    this.#respond(request, form, response)
    for (const resolve of this.#waiters.splice(0)) resolve()
  }

  #respond(request: IncomingMessage, form: Record<string, string>, response: ServerResponse): void {
    const fault = this.faults.shift()
    const json = (status: number, body: object, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body))
    if (fault === 'hang') this.#hanging.push(response)
    else if (fault === 'drop') response.destroy()
    else if (fault === 'rate_limited') json(429, { ok: false }, { 'retry-after': '1' })
    else if (fault === 'server_error') json(500, { ok: false })
    else if (fault === 'leaky_status') json(502, { authorization: TOKEN }, { 'x-sent': TOKEN })
    else if (fault === 'leaky_error') json(200, { ok: false, error: `bad gateway: ${TOKEN}` })
    else if (fault === 'missing_scope') {
      const response_metadata = { messages: ['[ERROR] missing scope'] }
      const scopes = { needed: 'chat:write', provided: 'identify' }
      json(200, { ok: false, error: 'missing_scope', ...scopes, response_metadata })
    } else if (fault === 'invalid_auth' || request.headers.authorization !== `Bearer ${TOKEN}`) {
      json(200, { ok: false, error: 'invalid_auth' })
    } else json(200, this.#post(request, form))
  }

  #post({ method, url }: IncomingMessage, form: Record<string, string>): object {
    const { channel = '', text = '', blocks = '[]', thread_ts, reply_broadcast } = form
    if (method !== 'POST' || url !== '/api/chat.postMessage')
      return { ok: false, error: 'unknown_method' }
    if (channel !== '#ops') return { ok: false, error: 'channel_not_found' }
    if (text === '') return { ok: false, error: 'no_text' }
    const parent = this.messages.find(({ ts }) => ts === thread_ts)
    if (thread_ts !== undefined && (parent === undefined || parent.thread_ts !== undefined)) {
      return { ok: false, error: 'thread_not_found' }
    }
    const ts = `1795339800.${String(this.messages.length + 1).padStart(6, '0')}`
    this.messages.push({
      ts,
      channel,
      text,
      blocks: JSON.parse(blocks),
      ...(thread_ts !== undefined && { thread_ts }),
      ...(reply_broadcast !== undefined && { reply_broadcast: reply_broadcast === 'true' }),
    })
    return { ok: true, channel, ts }
  }
}
