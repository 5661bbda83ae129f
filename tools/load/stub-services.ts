import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { FlakyService } from '../../playground/server/flaky-service.ts'
import { SlackChannel } from '../../playground/server/slack-channel.ts'
import { serviceNames } from '../../playground/src/knobs.ts'
import type { World } from './service-protocol.ts'
import { type Accounts, entry, SignalDigest } from './signal-digest.ts'

/** What the service under test talks to: flaky services, a webhook's receiver, and a Slack. */
export class Surroundings {
  readonly services = serviceNames.map((name) => new FlakyService(name))
  /** Share of posts that the webhook's receiver and Slack refuse at first; a second try gets through. */
  refusals = 0
  readonly #hooked = new SignalDigest()
  readonly #posted = new SignalDigest()
  readonly #channel = new SlackChannel()
  readonly #hook = createServer((request, response) => void this.#receive(request, response))
  readonly #slack = createServer((request, response) => void this.#post(request, response))
  readonly #random: () => number
  #refused = false
  #limited = false
  badSignatures = 0

  constructor(random: () => number) {
    this.#random = random
  }

  async open(): Promise<World> {
    const [hook = '', slack = '', ...origins] = await Promise.all(this.#servers.map(listening))
    const { token, name: channel } = this.#channel
    return {
      services: Object.fromEntries(this.services.map(({ name }, i) => [name, origins[i] ?? ''])),
      hook: `${hook}/hook`,
      slack: { url: `${slack}/api/`, token, channel },
    }
  }

  close(): void {
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
  }

  get hooked(): Accounts {
    return this.#hooked.accounts
  }

  get posted(): Accounts {
    return this.#posted.accounts
  }

  get #servers(): Server[] {
    return [this.#hook, this.#slack, ...this.services.map(({ server }) => server)]
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    this.#refused = !this.#refused && this.#random() < this.refusals
    if (this.#refused) {
      response.writeHead(500).end()
      return
    }
    const mac = createHmac('sha256', 'of the soak').update(body).digest('hex')
    if (request.headers['x-fluxgate-signature'] !== `sha256=${mac}`) this.badSignatures++
    const { circuit, transition, timestamp } = JSON.parse(body)
    this.#hooked.add(circuit, entry(transition, timestamp))
    response.writeHead(204).end()
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    this.#limited = !this.#limited && this.#random() < this.refusals
    if (this.#limited) {
      response.writeHead(429, { 'retry-after': '1' }).end()
      return
    }
    const answer = this.#channel.post(request.headers.authorization, form)
    for (const line of 'ts' in answer ? (form.get('text') ?? '').split('\n') : []) {
      const [circuit = '', told = ''] = line.split('|')
      this.#posted.add(circuit, told)
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    )
  })
}
