import type { CircuitHandle, ListenerObject, Signal } from '@fluxgate/core'
import { WebClient } from '@slack/web-api'
import { reportToCircuit } from './report-to-circuit.ts'
import { locales, type SlackLocale } from './slack/locale.ts'
import { signalMessage } from './slack/signal-message.ts'
import type { SlackMessage, SlackTemplates } from './slack/slack-message.ts'
import { type MessageTarget, SlackThread } from './slack/slack-thread.ts'
import { applyTemplate, checkTemplates } from './slack/templates.ts'
import { check, checkOptions } from './validation.ts'

export { ServerOnlyError } from './server-only.ts'
export type { SlackLocale } from './slack/locale.ts'
export { escapeMrkdwn, slackDate } from './slack/mrkdwn.ts'
export type {
  SlackBlock,
  SlackMessage,
  SlackTemplate,
  SlackTemplates,
  SlackTransition,
} from './slack/slack-message.ts'

interface CommonOptions {
  /** Id or name of the channel: `C0123456789` or `#ops`. The app must be a member of it. */
  readonly channel: string
  /** Own messages by transition, such as `'closed->open'`, and for `summary`. Default: none. */
  readonly templates?: SlackTemplates | undefined
  /** Language of the messages, default `en`. */
  readonly locale?: SlackLocale | undefined
}

/** Options of a {@link SlackListener}: a channel, and either a token or a client. */
export type SlackListenerOptions = CommonOptions &
  (
    | {
        /** A bot token (`xoxb-…`) with the scope `chat:write`. Each attempt times out after 10 s. */
        readonly token: string
        readonly client?: undefined
      }
    | { readonly client: WebClient; readonly token?: undefined }
  )

/**
 * Posts every signal to a Slack channel, with Slack's own client.
 *
 * Each failure cycle is a thread. The message about the opening starts it, the following ones are
 * replies. It ends when the circuit is closed, disabled or in metrics_only. The reply about the
 * closing is also shown in the channel. There is at most one message per circuit and second: signals
 * that arrive in between are summarized in the next message.
 *
 * Calls never wait for Slack. The client retries and respects Slack's rate limits. An error that
 * remains, and an error of a template, goes to the breaker's `onError`. After an error of a template
 * the message uses the texts of the locale. Errors do not contain the token.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * const slack = new SlackListener({ channel: '#ops', token: env.SLACK_BOT_TOKEN })
 * const payments = new CircuitBreaker({ name: 'payments', listeners: [slack] })
 * process.once('SIGTERM', () => slack.flush().finally(() => process.exit()))
 */
export class SlackListener implements ListenerObject {
  readonly #client: WebClient
  readonly #channel: string
  readonly #templates: SlackTemplates
  readonly #locale: SlackLocale
  readonly #threads = new Map<string, CircuitThread>()

  constructor(options: SlackListenerOptions) {
    checkOptions(OWNER, options, 'channel token client templates locale')
    const { channel, token, client, templates = {}, locale = 'en' } = options
    check(typeof channel === 'string', `${OWNER}: channel`, 'a non-empty string', channel)
    check(channel.trim() !== '', `${OWNER}: channel`, 'a non-empty string', channel, true)
    if ((token === undefined) === (client === undefined)) {
      const found = token === undefined ? 'neither' : 'both'
      throw new TypeError(`${OWNER}: options must have either token or client, got ${found}`)
    }
    check(
      Object.hasOwn(locales, locale),
      `${OWNER}: locale`,
      `one of ${Object.keys(locales).join(', ')}`,
      locale,
      true,
    )
    checkTemplates(templates)
    this.#client = client === undefined ? createClient(token) : checkClient(client)
    this.#channel = channel
    this.#templates = templates
    this.#locale = locale
  }

  onAttach(circuit: CircuitHandle): () => void {
    const entry = this.#threadOf(circuit.name)
    const subscriber = { circuit }
    entry.subscribers.add(subscriber)
    return () => void this.#remove(circuit.name, entry, subscriber)
  }

  onSignal(signal: Signal): Promise<void> | undefined {
    return this.#threadOf(signal.circuitName).thread.push(signal)
  }

  /**
   * Posts pending signals at once. Resolves when every signal so far is posted or has failed.
   *
   * While Slack is down this takes as long as the client retries: about half an hour with a token.
   * At shutdown, race it against a timeout.
   */
  async flush(): Promise<void> {
    await Promise.all([...this.#threads.values()].map(flushThread))
  }

  #threadOf(circuitName: string): CircuitThread {
    const known = this.#threads.get(circuitName)
    if (known) return known
    const subscribers = new Set<Subscriber>()
    const entry: CircuitThread = {
      subscribers,
      thread: new SlackThread({
        post: (signal, earlier, target) => this.#post(signal, earlier, target),
        report: (error) => report(subscribers, error),
      }),
    }
    this.#threads.set(circuitName, entry)
    return entry
  }

  /** Flushes first: signals of a detached circuit can still be queued, and belong to this thread. */
  async #remove(circuitName: string, entry: CircuitThread, subscriber: Subscriber): Promise<void> {
    await flushThread(entry)
    entry.subscribers.delete(subscriber)
    if (entry.subscribers.size === 0) this.#threads.delete(circuitName)
  }

  async #post(signal: Signal, earlier: readonly Signal[], target: MessageTarget) {
    const { text, blocks } = this.#messageOf(signal, earlier)
    try {
      const { ts } = await this.#client.chat.postMessage({
        channel: this.#channel,
        ...(blocks === undefined ? { text } : { text, blocks: [...blocks] }),
        ...threadArguments(target),
        unfurl_links: false,
        unfurl_media: false,
      })
      return ts
    } catch (error) {
      throw redact(error, this.#client.token)
    }
  }

  #messageOf(signal: Signal, earlier: readonly Signal[]): SlackMessage {
    try {
      const message = applyTemplate(this.#templates, signal, earlier)
      if (message !== undefined) return message
    } catch (error) {
      report(this.#threadOf(signal.circuitName).subscribers, error)
    }
    return signalMessage(signal, earlier, this.#locale)
  }
}

const OWNER = 'SlackListener'

/** The client retries an attempt that times out as it does after a network error. */
const ATTEMPT_TIMEOUT_MS = 10_000

/** The thread of all circuits of one name. */
interface CircuitThread {
  /** A circuit that is attached twice has two entries. */
  readonly subscribers: Set<Subscriber>
  readonly thread: SlackThread
}

interface Subscriber {
  readonly circuit: CircuitHandle
}

async function flushThread({ subscribers, thread }: CircuitThread): Promise<void> {
  // The signals queued in the circuits must reach the thread before it is flushed.
  await Promise.all([...subscribers].map(({ circuit }) => circuit.flush()))
  await thread.flush()
}

function report(subscribers: ReadonlySet<Subscriber>, error: unknown): void {
  const [subscriber] = subscribers
  if (subscriber) reportToCircuit(subscriber.circuit, error)
  else console.error(`[fluxgate] ${OWNER}:`, error)
}

function createClient(token: unknown): WebClient {
  // The messages do not quote the token. fetch would quote an invalid header, hence the check.
  check(typeof token === 'string', `${OWNER}: token`, 'a string', typeof token)
  const isVisible = /^[\x21-\x7e]+$/.test(token)
  check(isVisible, `${OWNER}: token`, 'visible ASCII without spaces', 'another value', true)
  return new WebClient(token, {
    timeout: ATTEMPT_TIMEOUT_MS,
    // On Workers, fetch must not be called as a method and lacks `redirect: 'error'`. With 'manual'
    // a redirect fails too, because its status is not 200.
    fetch: (input, init) => fetch(input, { ...init, redirect: 'manual' }),
  })
}

function checkClient(client: WebClient): WebClient {
  const { chat } = Object(client) as Partial<WebClient>
  const isClient = typeof chat?.postMessage === 'function'
  // names the type only: a client contains its token
  check(isClient, `${OWNER}: client`, 'a WebClient of @slack/web-api', typeof client)
  return client
}

function threadArguments({ threadTs: thread_ts, broadcast }: MessageTarget) {
  if (thread_ts === undefined) return {}
  return broadcast ? { thread_ts, reply_broadcast: true as const } : { thread_ts }
}

/** Message and code of a client's error, without headers and bodies, which may contain the token. */
function redact(error: unknown, token: string | undefined): Error {
  const message = error instanceof Error ? error.message : String(error)
  const redacted = token ? message.replaceAll(token, '[token]') : message
  const { code } = Object(error) as { code?: unknown }
  return Object.assign(new Error(`${OWNER}: message not posted: ${redacted}`), {
    ...(typeof code === 'string' && { code }),
  })
}
