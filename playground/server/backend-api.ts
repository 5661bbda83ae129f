import type { IncomingMessage, ServerResponse } from 'node:http'
import { json, text } from 'node:stream/consumers'
import { devtoolsListener } from '@fluxgate/core/devtools'
import type { DevtoolsServer } from '@fluxgate/devtools/node'
import { SlackListener } from '@fluxgate/listeners/slack'
import { WebClient } from '@slack/web-api'
import type { BackendCommand, BackendStatus } from '../src/backend-status.ts'
import { Backend } from './backend.ts'
import { parseCommand } from './backend-command.ts'
import { OpenTelemetryMetrics } from './opentelemetry-metrics.ts'
import type { SlackAccount } from './slack-account.ts'
import { SlackChannel } from './slack-channel.ts'

type Handler = (request: IncomingMessage) => Promise<{ type: string; body: string }>

/**
 * The HTTP interface of the backend: `GET /metrics` and `GET /metrics/opentelemetry` for Prometheus,
 * and `GET /backend` and `POST /backend` with a command for the page. Without a Slack account it also serves the channel
 * that the Slack listener posts to.
 */
export class BackendApi {
  readonly #backend: Backend
  readonly #channelName: string
  readonly #channel: SlackChannel | undefined
  readonly #devtools: DevtoolsServer
  readonly #openTelemetry = new OpenTelemetryMetrics()

  readonly #handlers: Readonly<Record<string, Handler>> = {
    'GET /metrics': async () => {
      const { metrics } = this.#backend
      return { type: metrics.contentType, body: await metrics.metrics() }
    },
    'GET /metrics/opentelemetry': async () => {
      const { contentType } = this.#backend.metrics
      return { type: contentType, body: await this.#openTelemetry.text() }
    },
    'GET /backend': async () => asJson(this.execute({})),
    'POST /backend': async (request) => asJson(this.execute(parseCommand(await json(request)))),
    'POST /slack/api/chat.postMessage': async (request) => {
      const form = new URLSearchParams(await text(request))
      return asJson(this.#channel?.post(request.headers.authorization, form) ?? { ok: false })
    },
  }

  /**
   * @param origin the origin of the paths above
   * @param originOf returns the origin of a service
   * @param devtools shows the circuits of this process at an address of its own
   */
  constructor(
    origin: string,
    originOf: (service: string) => string,
    devtools: DevtoolsServer,
    account: SlackAccount | undefined,
  ) {
    this.#devtools = devtools
    const more = [devtoolsListener(), this.#openTelemetry.listener]
    if (account) {
      this.#channelName = account.channel
      this.#backend = new Backend(originOf, new SlackListener(account), more)
    } else {
      this.#channel = new SlackChannel()
      const { name: channel, token } = this.#channel
      const client = new WebClient(token, { slackApiUrl: `${origin}/slack/api/` })
      this.#channelName = channel
      this.#backend = new Backend(originOf, new SlackListener({ channel, client }), more)
    }
  }

  /** @returns false when the request has another path */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const handler = this.#handlers[`${request.method} ${request.url}`]
    const send = (status: number, { type, body }: { type: string; body: string }) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    handler?.(request).then(
      (answer) => send(200, answer),
      (error: unknown) =>
        send(400, asJson({ error: error instanceof Error ? error.message : String(error) })),
    )
    return handler !== undefined
  }

  /** Executes a command and returns the new status. */
  execute(command: BackendCommand): BackendStatus {
    this.#backend.execute(command)
    const messages = this.#channel?.messages
    const slack = { channel: this.#channelName, ...(messages && { messages }) }
    return { ...this.#backend.status, slack, devtoolsUrl: this.#devtools.url }
  }

  async close(): Promise<void> {
    await this.#devtools.close()
    await this.#backend.close()
    await this.#openTelemetry.close()
  }
}

function asJson(value: object) {
  return { type: 'application/json', body: JSON.stringify(value) }
}
