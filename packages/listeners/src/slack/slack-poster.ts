import type { SlackMessage } from './slack-message.ts'
import type { MessageTarget, PostedMessage } from './slack-thread.ts'
import { Pauses } from './unref-timers.ts'

/** The properties of Slack's errors that are read, in the versions 7 and 8 of its client. */
interface SlackError {
  readonly code?: unknown
  readonly statusCode?: unknown
  /** Seconds. */
  readonly retryAfter?: unknown
  readonly original?: unknown
  readonly cause?: unknown
  readonly data?: {
    readonly error?: unknown
    readonly needed?: unknown
    readonly provided?: unknown
    readonly errors?: unknown
    readonly response_metadata?: { readonly messages?: unknown }
  }
}

const RETRIES = 10
const FIRST_DELAY_MS = 1_000
const MAX_DELAY_MS = 300_000

export interface SlackPosterOptions {
  /** Makes one request; resolves with the `ts` of the message. */
  send(message: SlackMessage, target: MessageTarget): Promise<string | undefined>
  /** Removed from the messages of errors. */
  readonly token: string | undefined
  /** False when the client retries by itself. */
  readonly retries: boolean
}

/** Posts messages to one channel, and retries if the client does not. */
export class SlackPoster {
  readonly #options: SlackPosterOptions
  readonly #pauses = new Pauses()

  constructor(options: SlackPosterOptions) {
    this.#options = options
  }

  /** Keeps the process alive between retries until the returned function is called. */
  hold(): () => void {
    return this.#pauses.hold()
  }

  /**
   * Posts the message; to the channel if Slack refuses a reply, for example in a deleted thread.
   *
   * @throws Error without headers and bodies, which may contain the token
   */
  async post(message: SlackMessage, target: MessageTarget): Promise<PostedMessage> {
    const isReply = target.threadTs !== undefined
    try {
      return { ts: await this.#postWithRetries(message, target), isReply }
    } catch (error) {
      if (!isReply || codeOf(error) !== 'slack_webapi_platform_error') throw this.#redact(error)
    }
    try {
      const toChannel = { threadTs: undefined, broadcast: false }
      return { ts: await this.#postWithRetries(message, toChannel), isReply: false }
    } catch (error) {
      throw this.#redact(error)
    }
  }

  async #postWithRetries(message: SlackMessage, target: MessageTarget) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#options.send(message, target)
      } catch (error) {
        if (!this.#options.retries || attempt === RETRIES || !isTemporary(error)) throw error
        const { retryAfter } = Object(error) as SlackError
        const backoffMs = FIRST_DELAY_MS * 2 ** attempt
        const delayMs = typeof retryAfter === 'number' ? retryAfter * 1_000 : backoffMs
        await this.#pauses.wait(Math.min(delayMs, MAX_DELAY_MS))
      }
    }
  }

  #redact(error: unknown): Error {
    const summary = error instanceof Error ? error.message : String(error)
    const details = detailsOf(error).filter((detail) => !summary.includes(detail))
    const text = [summary, ...details]
    const { token } = this.#options
    const message = text.join('; ')
    // Stryker disable next-line StringLiteral: the replacement is only for readers
    const redacted = token ? message.replaceAll(token, '[token]') : message
    const code = codeOf(error)
    return Object.assign(new Error(`SlackListener: message not posted: ${redacted}`), {
      // Stryker disable next-line ConditionalExpression: other errors have no code, and `code: undefined` has the same effect
      ...(typeof code === 'string' && { code }),
    })
  }
}

function codeOf(error: unknown): unknown {
  return (Object(error) as SlackError).code
}

const TEMPORARY = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']

function isTemporary(error: unknown): boolean {
  const { code, data } = Object(error) as SlackError
  return (
    // the client passes on what ends a response in the middle, and a 429 without Retry-After
    code === undefined ||
    code === 'slack_webapi_request_error' ||
    code === 'slack_webapi_http_error' ||
    code === 'slack_webapi_rate_limited_error' ||
    (code === 'slack_webapi_platform_error' && TEMPORARY.includes(String(data?.error)))
  )
}

/** What Slack and the network say about the error: a missing scope, an invalid block, a refused port. */
function detailsOf(error: unknown): string[] {
  const { original, cause, data } = Object(error) as SlackError
  const details: unknown[] = []
  if (data?.needed !== undefined) {
    details.push(`needed: ${data.needed}, provided: ${data.provided}`)
  }
  for (const list of [data?.errors, data?.response_metadata?.messages]) {
    if (Array.isArray(list)) details.push(...list)
  }
  const { cause: inner } = Object(original ?? cause) as SlackError
  // Stryker disable next-line ConditionalExpression,StringLiteral: every summary contains an empty detail, so that it is left out
  if (inner instanceof Error && inner.message !== '') details.push(inner.message)
  return details.filter((detail): detail is string => typeof detail === 'string').slice(0, 5)
}
