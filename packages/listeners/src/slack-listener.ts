import type { CircuitBreaker, ListenerObject, Signal } from '@fluxgate/core'
import { WebClient } from '@slack/web-api'
import { tellOnError } from './report-to-circuit.ts'
import { describeSignal, isState, locales, type SlackLocale } from './slack/locale.ts'
import type { SlackMessage, SlackTemplates } from './slack/slack-message.ts'
import { type Place, SlackThread } from './slack/slack-thread.ts'
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
  /** Own words per transition, as `'closed->open'`, and for `summary`. */
  readonly templates?: SlackTemplates | undefined
  /** Language of the messages, default `en`. Reasons are quoted as the circuit gives them. */
  readonly locale?: SlackLocale | undefined
}

/** Options of a {@link SlackListener}: a channel, and either a token or a client. */
export type SlackListenerOptions = CommonOptions &
  (
    | {
        /** A bot token (`xoxb-…`) with the scope `chat:write`. A try that takes 10 s is given up. */
        readonly token: string
        readonly client?: undefined
      }
    | { readonly client: WebClient; readonly token?: undefined }
  )

/**
 * Posts every signal to a Slack channel, with Slack's own client.
 *
 * Each failure cycle is a thread: opened by the message of the circuit's opening, continued by
 * replies, ended when the circuit is closed, disabled or only measured. That it closed is also shown
 * in the channel. At most one message per circuit and second; what came in between is summed up in
 * the next.
 *
 * Calls never wait for it. The client tries again and keeps to Slack's limits by itself; a message
 * that it gives up goes to the breaker's `onError`, as does a template that throws, whose message is
 * then sent in the words of the locale. No error carries the token.
 *
 * @throws TypeError or RangeError when an option is wrong
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
  readonly #rooms = new Map<string, CircuitThread>()

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
      locales.includes(locale),
      `${OWNER}: locale`,
      `one of ${locales.join(', ')}`,
      locale,
      true,
    )
    checkTemplates(templates)
    this.#client = client === undefined ? clientOf(token) : checkClient(client)
    this.#channel = channel
    this.#templates = templates
    this.#locale = locale
  }

  onAttach(circuit: CircuitBreaker): () => void {
    const room = this.#roomOf(circuit.name)
    const seat = { circuit }
    room.seats.add(seat)
    return () => void this.#leave(circuit.name, room, seat)
  }

  onSignal(signal: Signal): Promise<void> | undefined {
    return this.#roomOf(signal.circuitName).thread.tell(signal)
  }

  /**
   * Sends at once what is held back, and resolves when every signal so far was posted or given up.
   *
   * While Slack is down that can take as long as the client tries: about half an hour with a token.
   * At shutdown, race it against what you can afford.
   */
  async flush(): Promise<void> {
    await Promise.all([...this.#rooms.values()].map(flushRoom))
  }

  #roomOf(circuitName: string): CircuitThread {
    const known = this.#rooms.get(circuitName)
    if (known) return known
    const seats = new Set<Subscriber>()
    const room: CircuitThread = {
      seats,
      thread: new SlackThread({
        post: (signal, heldBack, place) => this.#post(signal, heldBack, place),
        report: (error) => report(seats, error),
      }),
    }
    this.#rooms.set(circuitName, room)
    return room
  }

  /** A circuit that left may have signals on their way, which still find the room they belong to. */
  async #leave(circuitName: string, room: CircuitThread, seat: Subscriber): Promise<void> {
    await flushRoom(room)
    room.seats.delete(seat)
    if (room.seats.size === 0) this.#rooms.delete(circuitName)
  }

  async #post(signal: Signal, heldBack: readonly Signal[], place: Place) {
    const { text, blocks } = this.#write(signal, heldBack)
    try {
      const { ts } = await this.#client.chat.postMessage({
        channel: this.#channel,
        ...(blocks === undefined ? { text } : { text, blocks: [...blocks] }),
        ...destination(place),
        unfurl_links: false,
        unfurl_media: false,
      })
      return ts
    } catch (error) {
      throw withoutToken(error, this.#client.token)
    }
  }

  #write(signal: Signal, heldBack: readonly Signal[]): SlackMessage {
    const key: keyof SlackTemplates =
      heldBack.length > 0 ? 'summary' : `${signal.oldState}->${signal.newState}`
    try {
      const words =
        key === 'summary'
          ? this.#templates.summary?.([...heldBack, signal])
          : this.#templates[key]?.(signal)
      if (words !== undefined) return written(key, words)
    } catch (error) {
      report(this.#roomOf(signal.circuitName).seats, error)
    }
    return describeSignal(signal, heldBack, this.#locale)
  }
}

const OWNER = 'SlackListener'

/** A try that takes longer is given up, and counts as a network error for the client's retries. */
const TRY_TIMEOUT_MS = 10_000

/** All circuits of one name, and their conversation. A circuit that joins twice has two seats. */
interface CircuitThread {
  readonly seats: Set<Subscriber>
  readonly thread: SlackThread
}

interface Subscriber {
  readonly circuit: CircuitBreaker
}

async function flushRoom({ seats, thread }: CircuitThread): Promise<void> {
  // what still waits for its turn at a circuit has to reach the thread before the thread is flushed
  await Promise.all([...seats].map(({ circuit }) => circuit.flush()))
  await thread.flush()
}

function report(seats: ReadonlySet<Subscriber>, error: unknown): void {
  const [seat] = seats
  if (seat) tellOnError(seat.circuit, error)
  else console.error(`[fluxgate] ${OWNER}:`, error)
}

function clientOf(token: unknown): WebClient {
  // no message quotes it, and none of fetch can: a header takes every token that passes
  check(typeof token === 'string', `${OWNER}: token`, 'a string', typeof token)
  const isVisible = /^[\x21-\x7e]+$/.test(token)
  check(isVisible, `${OWNER}: token`, 'visible ASCII without spaces', 'something else', true)
  return new WebClient(token, {
    timeout: TRY_TIMEOUT_MS,
    // Workers know fetch neither as a method nor with `redirect: 'error'`; a redirect is no 200, and fails as well
    fetch: (input, init) => fetch(input, { ...init, redirect: 'manual' }),
  })
}

function checkClient(client: WebClient): WebClient {
  const { chat } = Object(client) as Partial<WebClient>
  const isClient = typeof chat?.postMessage === 'function'
  // not quoted: a client carries its token
  check(isClient, `${OWNER}: client`, 'a WebClient of @slack/web-api', typeof client)
  return client
}

function checkTemplates(templates: SlackTemplates): void {
  const option = `${OWNER}: templates`
  check(typeof templates === 'object' && templates !== null, option, 'an object', templates)
  for (const [key, template] of Object.entries(templates)) {
    const [from = '', to = '', ...more] = key.split('->')
    const isTransition = isState(from) && isState(to) && more.length === 0
    const isKnown = key === 'summary' || isTransition
    check(
      isKnown,
      `${option}: each key`,
      "'summary' or a transition like 'closed->open'",
      key,
      true,
    )
    check(typeof template === 'function', `${option}: '${key}'`, 'a function', template)
  }
}

function destination({ threadTs: thread_ts, broadcast }: Place) {
  if (thread_ts === undefined) return {}
  return broadcast ? { thread_ts, reply_broadcast: true as const } : { thread_ts }
}

function written(key: string, words: string | SlackMessage): SlackMessage {
  const message = typeof words === 'string' ? { text: words } : words
  const { text, blocks } = Object(message) as Partial<SlackMessage>
  const isMessage = typeof text === 'string' && text !== '' && Array.isArray(blocks ?? [])
  const expected = 'return text, or an object with text and maybe blocks'
  if (!isMessage) throw new TypeError(`${OWNER}: template '${key}' must ${expected}`)
  return message
}

/** What the client says of a failure, less headers, bodies and whatever else may carry the token. */
function withoutToken(error: unknown, token: string | undefined): Error {
  const message = error instanceof Error ? error.message : String(error)
  const told = token ? message.replaceAll(token, '[token]') : message
  const { code } = Object(error) as { code?: unknown }
  return Object.assign(new Error(`${OWNER}: message not posted: ${told}`), {
    ...(typeof code === 'string' && { code }),
  })
}
