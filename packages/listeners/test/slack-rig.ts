import { CircuitBreaker, cooldown, failureStreak } from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'
import { SlackListener, type SlackListenerOptions } from '@fluxgate/listeners/slack'
import { LogLevel, WebClient } from '@slack/web-api'
import { expect } from 'vitest'
import { SlackStub } from './slack-stub.ts'

/** A Slack stub, and listeners and circuits that use it. */
export class SlackRig implements AsyncDisposable {
  readonly clock = new ManualClock()
  /** What the circuits passed to `onError`. */
  readonly errors: unknown[] = []

  readonly slack: SlackStub

  private constructor(slack: SlackStub) {
    this.slack = slack
  }

  static async start(): Promise<SlackRig> {
    return new SlackRig(await SlackStub.start())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.slack[Symbol.asyncDispose]()
  }

  /** Slack's client with pauses of 1 ms between retries. */
  client(token = this.slack.token, retries = 3): WebClient {
    return new WebClient(token, {
      slackApiUrl: this.slack.url,
      retryConfig: { retries, minTimeout: 1, maxTimeout: 1 },
      logLevel: LogLevel.ERROR,
    })
  }

  listener(options: Partial<SlackListenerOptions> = {}): SlackListener {
    const all = { channel: '#ops', client: this.client(), ...options }
    return new SlackListener(all as SlackListenerOptions)
  }

  circuit(listener: SlackListener, name = 'payments'): CircuitBreaker {
    return new CircuitBreaker({
      name,
      clock: this.clock,
      tripper: failureStreak(2),
      retry: cooldown(30_000),
      probes: 1,
      listeners: [listener],
      onError: (error) => this.errors.push(error),
    })
  }

  /** The first line of each message in the channel. */
  firstLines(): (string | undefined)[] {
    return this.slack.messages.map(({ text }) => text.split('\n')[0])
  }
}

/** Opens the circuit by two failed calls. */
export function trip(breaker: CircuitBreaker): void {
  for (let i = 0; i < 2; i++) breaker.acquire().failure(new Error('down'))
  expect(breaker.state).toBe('open')
}
