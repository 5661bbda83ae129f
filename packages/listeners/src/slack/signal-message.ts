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
  source?: string,
): SlackMessage {
  const locale = locales[language]
  const sourceDetail: Detail[] =
    source === undefined ? [] : [[locale.labels.source, sanitize(source)]]
  const { newState, timestamp } = signal
  const name = `${markOf(signal)} *${sanitize(signal.circuitName)}*`
  const [first] = earlier
  if (first === undefined) {
    return messageOf(`${name} ${transitionOf(signal, locale)}`, [
      ...detailsOf(signal, locale),
      [locale.labels.time, slackDate(timestamp)],
      ...sourceDetail,
    ])
  }
  const count = earlier.length + 1
  const summary = locale.summary(count, slackDate(first.timestamp), slackDate(timestamp))
  const transitions = countEach([...earlier, signal].map((each) => transitionOf(each, locale)))
  return messageOf(`${name} ${locale.states[newState]}: ${summary}\n${transitions}`, [
    ...detailsOf(signal, locale),
    ...sourceDetail,
  ])
}

/** The signals of a circuit that a digest is about, oldest first. */
export type CircuitSignals = readonly Signal[]

/** One message about several circuits: a line for each. */
export function digestMessage(
  circuits: readonly CircuitSignals[],
  language: SlackLocale,
  source?: string,
): SlackMessage {
  const locale = locales[language]
  const lines = circuits.slice(0, MAX_LINES).map((signals) => digestLine(signals, locale))
  if (circuits.length > MAX_LINES) lines.push(locale.more(circuits.length - MAX_LINES))
  if (source !== undefined) lines.push(`${locale.labels.source}: ${sanitize(source)}`)
  const head = `*${locale.digest(circuits.length)}*`
  const sections: string[] = [head]
  for (const line of lines) {
    const longer = `${sections.at(-1)}\n${line}`
    if (longer.length > MAX_SECTION) sections.push(line)
    else sections[sections.length - 1] = longer
  }
  return {
    text: [head, ...lines].join('\n'),
    blocks: sections.map((text) => ({ type: 'section', text: mrkdwn(text) })),
  }
}

/** With lines of at most 800 characters, the text stays below Slack's limit of 40,000. */
const MAX_LINES = 48

/** Slack allows 3,000 characters in a section. */
const MAX_SECTION = 2_900

/** `:red_circle: *payments* closed → open: failure rate 62 % ≥ 50 %` */
function digestLine(signals: CircuitSignals, locale: Locale): string {
  const last = signals.at(-1)
  if (last === undefined) return ''
  const [reason] = locale.reasons[last.cause](last)
  const transitions = countEach(signals.map((each) => transitionOf(each, locale)))
  return `${markOf(last)} *${sanitize(last.circuitName, 60)}* ${transitions}: ${sanitize(reason, 70)}`
}

function markOf({ cause, newState }: Signal): string {
  return cause === 'shadow' ? ':eye:' : MARKS[newState]
}

/** Blocks and text with the source below, for the message of a template. */
export function withSource(
  { text, blocks }: SlackMessage,
  language: SlackLocale,
  source: string | undefined,
): SlackMessage {
  if (source === undefined) return blocks === undefined ? { text } : { text, blocks }
  const line = `${locales[language].labels.source}: ${sanitize(source)}`
  const context = { type: 'context', elements: [mrkdwn(line)] }
  return {
    text: `${text}\n${line}`,
    ...(blocks !== undefined && { blocks: [...blocks, context] }),
  }
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
  if (failureRate === undefined) return locale.noCalls
  const parts = [locale.calls(total), locale.failed(Math.round(failureRate * 1_000) / 10)]
  // absent when no call of the window was timed
  if (avgDurationMs !== undefined) parts.push(locale.average(Math.round(avgDurationMs * 10) / 10))
  if (failureStreak > 0) parts.push(locale.streak(failureStreak))
  return parts.join(', ')
}

function messageOf(head: string, details: readonly Detail[]): SlackMessage {
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

/** `verbatim`, so that Slack makes no links of URLs and names in the text. */
function mrkdwn(text: string) {
  return { type: 'mrkdwn', text, verbatim: true }
}

const MAX_LENGTH = 300

/** Untrusted text on one line, at most {@link MAX_LENGTH} characters. Escaped last, so that no escape is cut. */
function sanitize(text: string, maxLength = MAX_LENGTH): string {
  const [...characters] = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  const short =
    characters.length > maxLength
      ? `${characters.slice(0, maxLength - 1).join('')}…`
      : characters.join('')
  // a > at the start of a line would make it a quotation
  return escapeMrkdwn(short).replace(/^(?=\s*&gt;)/, '\u200b')
}
