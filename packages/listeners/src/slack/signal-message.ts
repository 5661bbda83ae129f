import type { Metrics, Signal, State } from '@fluxgate/core'
import { type Locale, locales, type SlackLocale } from './locale.ts'
import { escapeMrkdwn, slackDate } from './mrkdwn.ts'
import type { SlackMessage } from './slack-message.ts'

const MARKS: Readonly<Record<State, string>> = {
  closed: ':large_green_circle:',
  open: ':red_circle:',
  half_open: ':large_yellow_circle:',
  metrics_only: ':large_blue_circle:',
  disabled: ':white_circle:',
  forced_open: ':no_entry:',
}

/**
 * The message about a signal.
 *
 * @param earlier signals to summarize in the same message, oldest first
 */
export function signalMessage(
  signal: Signal,
  earlier: readonly Signal[],
  language: SlackLocale,
): SlackMessage {
  const locale = locales[language]
  const { newState, cause, timestamp } = signal
  const mark = cause === 'shadow' ? ':eye:' : MARKS[newState]
  const name = `${mark} *${sanitize(signal.circuitName)}*`
  const [first] = earlier
  if (first === undefined) {
    return messageOf(`${name} ${transitionOf(signal, locale)}`, [
      ...detailsOf(signal, locale),
      [locale.labels.time, slackDate(timestamp)],
    ])
  }
  const count = earlier.length + 1
  const summary = locale.summary(count, slackDate(first.timestamp), slackDate(timestamp))
  const transitions = countEach([...earlier, signal].map((each) => transitionOf(each, locale)))
  return messageOf(
    `${name} ${locale.states[newState]}: ${summary}\n${transitions}`,
    detailsOf(signal, locale),
  )
}

function transitionOf({ oldState, newState, cause }: Signal, { states, wouldOpen }: Locale) {
  if (cause === 'shadow') return wouldOpen(states[newState])
  return `${states[oldState]} → ${states[newState]}`
}

/** `closed → open ×2, open → half-open` */
function countEach(texts: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].map(([text, count]) => (count > 1 ? `${text} ×${count}` : text)).join(', ')
}

type Detail = readonly [label: string, value: string]

function detailsOf(signal: Signal, locale: Locale): Detail[] {
  const { cause, metrics, newState, retryAt } = signal
  const { labels, reasons, never } = locale
  const [reason, note] = reasons[cause](signal)
  const details: Detail[] = [
    [labels.reason, note === undefined ? sanitize(reason) : `${sanitize(reason)} (${note})`],
    [labels.calls, callsOf(metrics, locale)],
  ]
  if (newState === 'open') {
    details.push([labels.nextProbe, retryAt === undefined ? never : slackDate(retryAt)])
  }
  return details
}

function callsOf({ total, failureRate, avgDurationMs, failureStreak }: Metrics, locale: Locale) {
  if (failureRate === undefined || avgDurationMs === undefined) return locale.noCalls
  const parts = [
    locale.calls(total),
    locale.failed(Math.round(failureRate * 1_000) / 10),
    locale.average(Math.round(avgDurationMs * 10) / 10),
  ]
  if (failureStreak > 0) parts.push(locale.streak(failureStreak))
  return parts.join(', ')
}

function messageOf(head: string, details: readonly Detail[]): SlackMessage {
  const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
  return {
    text: [head, ...details.map(([label, value]) => `${label}: ${value}`)].join('\n'),
    blocks: [
      { type: 'section', text: mrkdwn(head) },
      {
        type: 'section',
        fields: details.map(([label, value]) => mrkdwn(`*${label}*\n${value}`)),
      },
    ],
  }
}

const MAX_LENGTH = 300

/** Untrusted text on one line, at most {@link MAX_LENGTH} characters. Escaped last, so that no escape is cut. */
function sanitize(text: string): string {
  const [...characters] = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  const short =
    characters.length > MAX_LENGTH
      ? `${characters.slice(0, MAX_LENGTH - 1).join('')}…`
      : characters.join('')
  return escapeMrkdwn(short)
}
