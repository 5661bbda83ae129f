import type { ChannelMessage } from '../src/backend-status.ts'

const MAX_MESSAGES = 200

/** A local stand-in for one Slack channel. Slack's client posts to it. */
export class SlackChannel {
  readonly name = '#ops'
  readonly token = 'xoxb-of-the-playground'
  messages: readonly ChannelMessage[] = []
  #posted = 0

  /** The response of `chat.postMessage`. Like Slack, it has the status 200 for errors too. */
  post(authorization: string | undefined, form: URLSearchParams): object {
    if (authorization !== `Bearer ${this.token}`) return { ok: false, error: 'invalid_auth' }
    if (form.get('channel') !== this.name) return { ok: false, error: 'channel_not_found' }
    const text = form.get('text')
    if (!text) return { ok: false, error: 'no_text' }
    const threadTs = form.get('thread_ts')
    const message: ChannelMessage = {
      ts: `${Math.floor(Date.now() / 1_000)}.${String(++this.#posted).padStart(6, '0')}`,
      text,
      ...(threadTs !== null && { threadTs }),
      ...(form.get('reply_broadcast') === 'true' && { broadcast: true }),
    }
    this.messages = [...this.messages, message].slice(-MAX_MESSAGES)
    return { ok: true, channel: this.name, ts: message.ts }
  }
}
