import type { CircuitHandle, ListenerObject, Signal } from '@fluxgate/core'
import { WebClient } from '@slack/web-api'
import { reportToCircuit } from './report-to-circuit.ts'
import type { SlackLocale } from './slack/locale.ts'
import { digestMessage, signalMessage, withSource } from './slack/signal-message.ts'
import { SlackChannel } from './slack/slack-channel.ts'
import type { SlackMessage, SlackTemplates } from './slack/slack-message.ts'
import { checkSlackOptions } from './slack/slack-options.ts'
import { SlackPoster } from './slack/slack-poster.ts'
import { type MessageTarget, SlackThread } from './slack/slack-thread.ts'
import { applyDigestTemplate, applyTemplate, checkTemplates } from './slack/templates.ts'
import { withTimeout } from './slack/unref-timers.ts'
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
  /** Own messages by transition, such as `'closed->open'`, and for `summary` and `digest`. Default: none. */
  readonly templates?: SlackTemplates | undefined
  /** Language of the messages, default `en`. */
  readonly locale?: SlackLocale | undefined
  /** Where the messages come from, shown in each: `checkout-7 · production`. Default: not shown. */
  readonly source?: string | undefined
}

/** Options of {@link SlackListener.flush}. */
export interface SlackFlushOptions {
  /** Time limit in ms, at least 0. Default: none. */
  readonly timeoutMs?: number | undefined
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
 * Each failure cycle of a circuit is a thread. The message about the opening starts it, the following
 * ones are replies. It ends when the circuit is closed, disabled or in metrics_only. The reply about
 * the closing is also shown in the channel. A reply that Slack refuses goes to the channel.
 *
 * There is at most one message per second. When four or more circuits wait for one, a digest is about
 * all of them. Signals of one circuit that arrive in between are summarized in its next message; while
 * it keeps changing its state, its messages come at growing intervals of up to 30 s.
 *
 * Calls never wait for Slack. With a token, the listener retries for about a quarter of an hour and
 * respects Slack's rate limits; the retries do not keep the process alive. With a `client`, the client
 * retries as it is configured. An error that remains, and an error of a template, goes to the breaker's
 * `onError`. After an error of a template the message uses the texts of the locale. Errors do not
 * contain the token.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * const slack = new SlackListener({ channel: '#ops', token: env.SLACK_BOT_TOKEN })
 * const payments = new CircuitBreaker({ name: 'payments', listeners: [slack] })
 * process.once('SIGTERM', () => slack.flush({ timeoutMs: 5_000 }).finally(() => process.exit()))
 */
export class SlackListener implements ListenerObject {
  /**
   * True where this class works; false for the stand-in of browsers, web workers and edge runtimes.
   *
   * @example
   * const listeners = [SlackListener.isSupported && new SlackListener({ channel, token })]
   */
  static get isSupported(): boolean {
    return true
  }

  readonly #poster: SlackPoster
  readonly #templates: SlackTemplates
  readonly #locale: SlackLocale
  readonly #source: string | undefined
  readonly #channel = new SlackChannel((threads) => this.#post(threads))
  readonly #attached = new Map<CircuitHandle, Attachment>()
  /** How many attached circuits have the name. */
  readonly #names = new Map<string, number>()
  /** Circuits that were detached while signals were on their way. */
  readonly #detached = new Set<CircuitHandle>()
  /** For signals of circuits that are not attached, by name. */
  readonly #unattached = new Map<string, SlackThread>()

  constructor(options: SlackListenerOptions) {
    checkOptions(OWNER, options, 'channel token client templates locale source')
    const { channel, token, client, templates = {}, locale = 'en', source } = options
    checkSlackOptions(options)
    checkTemplates(templates)
    const web = client ?? createClient(token)
    this.#poster = new SlackPoster({
      send: (message, target) => send(web, channel, message, target),
      token: web.token,
      retries: client === undefined,
    })
    this.#templates = templates
    this.#locale = locale
    this.#source = source
  }

  /** Subscribes to the circuit once more: a signal does not say which of two circuits of one name it is of. */
  onAttach(circuit: CircuitHandle): () => void {
    const attachment = this.#attached.get(circuit) ?? this.#attach(circuit)
    attachment.times++
    return () => {
      if (--attachment.times > 0) return
      attachment.unsubscribe()
      this.#attached.delete(circuit)
      this.#addName(circuit.name, -1)
      this.#detached.add(circuit)
      void circuit.flush().then(() => this.#detached.delete(circuit))
    }
  }

  /** Posts a signal of a circuit that this listener is not attached to. Other signals come from {@link onAttach}. */
  onSignal(signal: Signal): Promise<void> | undefined {
    const { circuitName } = signal
    if (this.#names.has(circuitName)) return undefined
    const thread = this.#unattached.get(circuitName) ?? new SlackThread()
    this.#unattached.set(circuitName, thread)
    return this.#channel.push(thread, signal)
  }

  /**
   * Posts pending signals at once, and keeps the process alive until then. Never rejects.
   *
   * @returns true when every signal so far is posted or has failed; false when `timeoutMs` has passed
   * @throws TypeError or RangeError when `timeoutMs` is invalid
   */
  flush({ timeoutMs = Number.POSITIVE_INFINITY }: SlackFlushOptions = {}): Promise<boolean> {
    const isNumber = typeof timeoutMs === 'number'
    const isValid = isNumber && timeoutMs >= 0
    check(isValid, 'flush: timeoutMs', 'a number of milliseconds from 0', timeoutMs, isNumber)
    const release = this.#poster.hold()
    return withTimeout(this.#flush(), timeoutMs).finally(release)
  }

  async #flush(): Promise<void> {
    // signals that are queued in the circuits come first
    const circuits = [...this.#attached.keys(), ...this.#detached]
    await Promise.all(circuits.map((circuit) => circuit.flush()))
    await this.#channel.flush()
  }

  #attach(circuit: CircuitHandle): Attachment {
    const thread = new SlackThread(circuit)
    const unsubscribe = circuit.subscribe((signal) => this.#channel.push(thread, signal))
    const attachment = { times: 0, unsubscribe }
    this.#attached.set(circuit, attachment)
    this.#addName(circuit.name, 1)
    return attachment
  }

  #addName(name: string, count: number): void {
    // Stryker disable next-line ArithmeticOperator: only the distance from 0 matters
    const total = (this.#names.get(name) ?? 0) + count
    if (total === 0) this.#names.delete(name)
    else this.#names.set(name, total)
  }

  async #post(threads: readonly SlackThread[]): Promise<void> {
    const taken = threads.map((thread) => ({ thread, ...thread.take() }))
    const [first, ...others] = taken
    // Stryker disable next-line ConditionalExpression: a message is about at least one circuit; the check is for TypeScript
    if (first === undefined) return
    const inOneThread = others.every(({ target }) => target.threadTs === first.target.threadTs)
    try {
      const message = this.#messageOf(
        taken.map(({ signals }) => signals),
        first.thread,
      )
      const posted = await this.#poster.post(message, {
        threadTs: inOneThread ? first.target.threadTs : undefined,
        broadcast: taken.some(({ target }) => target.broadcast),
      })
      for (const { thread } of taken) thread.posted(posted)
    } catch (error) {
      report(first.thread, error)
    }
  }

  #messageOf(circuits: readonly (readonly Signal[])[], thread: SlackThread): SlackMessage {
    // Stryker disable next-line OptionalChaining,ArrayDeclaration: a message is about at least one circuit; the check is for TypeScript
    const earlier = circuits[0]?.slice(0, -1) ?? []
    const signal = circuits[0]?.at(-1) as Signal // a thread that waits has a signal
    const isDigest = circuits.length > 1
    try {
      const message = isDigest
        ? applyDigestTemplate(this.#templates, circuits)
        : applyTemplate(this.#templates, signal, earlier)
      if (message !== undefined) return withSource(message, this.#locale, this.#source)
    } catch (error) {
      report(thread, error)
    }
    return isDigest
      ? digestMessage(circuits, this.#locale, this.#source)
      : signalMessage(signal, earlier, this.#locale, this.#source)
  }
}

const OWNER = 'SlackListener'

/** Slack must answer an attempt within this time. */
const ATTEMPT_TIMEOUT_MS = 10_000

/** A circuit that is attached twice must be detached twice. */
interface Attachment {
  times: number
  readonly unsubscribe: () => void
}

function report({ circuit }: SlackThread, error: unknown): void {
  if (circuit !== undefined) reportToCircuit(circuit, error)
  else console.error(`[fluxgate] ${OWNER}:`, error)
}

async function send(
  client: WebClient,
  channel: string,
  { text, blocks }: SlackMessage,
  { threadTs: thread_ts, broadcast }: MessageTarget,
): Promise<string | undefined> {
  const content = blocks === undefined ? { text } : { text, blocks: [...blocks] }
  const reply = broadcast ? { thread_ts, reply_broadcast: true as const } : { thread_ts }
  const { ts } = await client.chat.postMessage({
    channel,
    ...content,
    ...(thread_ts !== undefined && reply),
    ...{ parse: 'none', unfurl_links: false, unfurl_media: false },
  } as Parameters<WebClient['chat']['postMessage']>[0])
  return ts
}

function createClient(token: string): WebClient {
  return new WebClient(token, {
    timeout: ATTEMPT_TIMEOUT_MS,
    // the listener retries: the timers of the client would keep the process alive
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // On Workers, fetch must not be called as a method and lacks `redirect: 'error'`. With 'manual'
    // a redirect fails too, because its status is not 200.
    fetch: (input, init) => fetch(input, { ...init, redirect: 'manual' }),
  })
}
