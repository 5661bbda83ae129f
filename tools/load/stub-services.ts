import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { FlakyService } from '../../playground/server/flaky-service.ts'
import { SlackChannel } from '../../playground/server/slack-channel.ts'
import { serviceNames } from '../../playground/src/knobs.ts'
import type { StubAddresses } from './service-protocol.ts'
import { SignalDigest, type SignalDigests, signalText } from './signal-digest.ts'

/** The services that the service under test calls: flaky services, a webhook receiver and Slack. */
export class StubServices {
  readonly services = serviceNames.map((name) => new FlakyService(name))
  /** Share of posts that the webhook receiver and Slack reject. They accept the next try. */
  rejectionRate = 0
  readonly #webhookSignals = new SignalDigest()
  readonly #slackSignals = new SignalDigest()
  readonly #channel = new SlackChannel()
  readonly #hook = createServer((request, response) => void this.#receive(request, response))
  readonly #slack = createServer((request, response) => void this.#post(request, response))
  readonly #random: () => number
  #rejectedWebhook = false
  #rejectedSlack = false
  badSignatures = 0

  constructor(random: () => number) {
    this.#random = random
  }

  async open(): Promise<StubAddresses> {
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

  get webhookSignals(): SignalDigests {
    return this.#webhookSignals.digests
  }

  get slackSignals(): SignalDigests {
    return this.#slackSignals.digests
  }

  get #servers(): Server[] {
    return [this.#hook, this.#slack, ...this.services.map(({ server }) => server)]
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    this.#rejectedWebhook = !this.#rejectedWebhook && this.#random() < this.rejectionRate
    if (this.#rejectedWebhook) {
      response.writeHead(500).end()
      return
    }
    const mac = createHmac('sha256', 'load-test').update(body).digest('hex')
    if (request.headers['x-fluxgate-signature'] !== `sha256=${mac}`) this.badSignatures++
    const { circuit, transition, timestamp } = JSON.parse(body)
    this.#webhookSignals.add(circuit, signalText(transition, timestamp))
    response.writeHead(204).end()
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    this.#rejectedSlack = !this.#rejectedSlack && this.#random() < this.rejectionRate
    if (this.#rejectedSlack) {
      response.writeHead(429, { 'retry-after': '1' }).end()
      return
    }
    const answer = this.#channel.post(request.headers.authorization, form)
    for (const line of 'ts' in answer ? (form.get('text') ?? '').split('\n') : []) {
      const [circuit = '', text = ''] = line.split('|')
      this.#slackSignals.add(circuit, text)
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
