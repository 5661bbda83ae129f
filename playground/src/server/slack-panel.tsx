import './slack-panel.css'
import type { BackendStatus, ChannelMessage } from '../backend-status.ts'
import { Mrkdwn } from './mrkdwn.tsx'

/** The Slack channel of the backend, newest message first. */
export function SlackPanel({ channel, messages }: BackendStatus['slack']) {
  return (
    <section className="slack-panel card" aria-labelledby="slack">
      <h2 id="slack">Slack {channel}</h2>
      <p>
        {messages
          ? "Slack's client posts to a local stand-in here. It needs no account."
          : 'The messages are in your Slack.'}
      </p>
      {messages && (
        <div role="log" aria-labelledby="slack">
          <ol>
            {shownInChannel(messages).map((message) => (
              <Post key={message.ts} message={message} messages={messages} />
            ))}
          </ol>
        </div>
      )}
    </section>
  )
}

function Post({
  message,
  messages,
}: {
  message: ChannelMessage
  messages: readonly ChannelMessage[]
}) {
  const replies = messages.filter(({ threadTs }) => threadTs === message.ts)
  return (
    <li>
      {message.threadTs && <small>replied to a thread</small>}
      <Text>{message.text}</Text>
      {replies.length > 0 && (
        <ol aria-label="Thread">
          {replies.map(({ ts, text }) => (
            <li key={ts}>
              <Text>{text}</Text>
            </li>
          ))}
        </ol>
      )}
    </li>
  )
}

function Text({ children: text }: { children: string }) {
  const [head = '', ...details] = text.split('\n')
  return (
    <>
      <p className="slack-head">
        <Mrkdwn text={head} />
      </p>
      {details.map((line) => (
        <p key={line}>
          <Mrkdwn text={line} />
        </p>
      ))}
    </>
  )
}

/** The messages of the channel, without replies that appear only in a thread. */
function shownInChannel(messages: readonly ChannelMessage[]): ChannelMessage[] {
  return messages.filter(({ threadTs, broadcast }) => threadTs === undefined || broadcast).reverse()
}
