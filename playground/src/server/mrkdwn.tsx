import './mrkdwn.css'
import type { State } from '@fluxgate/core'
import { Fragment, type ReactNode } from 'react'

const token = /\*([^*\n]+)\*|<!date\^(\d+)\^[^>]*>|:(\w+):/g

/** The emoji of the Slack listener for each state, whose colour they have. */
const emoji: Readonly<Record<State, readonly string[]>> = {
  closed: ['large_green_circle'],
  open: ['red_circle'],
  half_open: ['large_yellow_circle'],
  metrics_only: ['large_blue_circle', 'eye'],
  disabled: ['white_circle'],
  forced_open: ['no_entry'],
}

const stateOf = (code: string) =>
  (Object.keys(emoji) as State[]).find((state) => emoji[state].includes(code))

/** The part of Slack's mrkdwn that the listener writes: bold, dates, emoji and escapes. */
export function Mrkdwn({ text }: { text: string }) {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(token)) {
    const [whole, bold, seconds, code] = match
    const state = code === undefined ? undefined : stateOf(code)
    if (code !== undefined && state === undefined) continue
    parts.push(unescaped(text.slice(end, match.index)))
    if (bold !== undefined) parts.push(<b>{unescaped(bold)}</b>)
    if (seconds !== undefined) parts.push(<SlackDate timestamp={Number(seconds) * 1_000} />)
    if (state) parts.push(<span className="emoji" data-state={state} aria-hidden="true" />)
    end = match.index + whole.length
  }
  parts.push(unescaped(text.slice(end)))
  // biome-ignore lint/suspicious/noArrayIndexKey: a message never changes
  return parts.map((part, i) => <Fragment key={i}>{part}</Fragment>)
}

function SlackDate({ timestamp }: { timestamp: number }) {
  const date = new Date(timestamp)
  return <time dateTime={date.toISOString()}>{date.toLocaleTimeString('en-GB')}</time>
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
