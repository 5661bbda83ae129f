import type { Cause, Metrics, Signal, State } from '@fluxgate/core'
import { escapeMrkdwn, slackDate } from './mrkdwn.ts'
import type { SlackMessage } from './slack-message.ts'

/** The words of one language. */
interface Words {
  readonly states: Readonly<Record<State, string>>
  readonly causes: Readonly<Record<Cause, string>>
  readonly labels: Readonly<Record<'reason' | 'calls' | 'nextProbe' | 'time', string>>
  readonly never: string
  readonly noCalls: string
  calls(total: number): string
  failed(percent: string): string
  average(ms: string): string
  streak(failures: number): string
  wouldOpen(state: string): string
  summary(transitions: number, from: string, to: string): string
}

const en: Words = {
  states: {
    closed: 'closed',
    open: 'open',
    half_open: 'half-open',
    metrics_only: 'metrics only',
    disabled: 'disabled',
    forced_open: 'forced open',
  },
  causes: {
    rule: 'rule met',
    retry: 'retry time reached',
    probes: 'probes done',
    manual: 'by hand',
    shadow: 'rule met, nothing blocked',
  },
  labels: { reason: 'Reason', calls: 'Calls', nextProbe: 'Next probe', time: 'Time' },
  never: 'not by itself',
  noCalls: 'none in the window',
  calls: (total) => `${total} call${total === 1 ? '' : 's'}`,
  failed: (percent) => `${percent} failed`,
  average: (ms) => `${ms} on average`,
  streak: (failures) => `${failures} failure${failures === 1 ? '' : 's'} in a row`,
  wouldOpen: (state) => `would have opened (${state})`,
  summary: (transitions, from, to) => `${transitions} transitions from ${from} to ${to}`,
}

const ko: Words = {
  states: {
    closed: '닫힘',
    open: '열림',
    half_open: '반열림',
    metrics_only: '관찰 전용',
    disabled: '비활성',
    forced_open: '강제 열림',
  },
  causes: {
    rule: '규칙 충족',
    retry: '재시도 시각 도달',
    probes: '시험 호출 완료',
    manual: '수동 조작',
    shadow: '규칙 충족, 차단 없음',
  },
  labels: { reason: '사유', calls: '호출', nextProbe: '다음 시험 호출', time: '시각' },
  never: '자동으로 하지 않음',
  noCalls: '집계된 호출 없음',
  calls: (total) => `${total}건`,
  failed: (percent) => `실패 ${percent}`,
  average: (ms) => `평균 ${ms}`,
  streak: (failures) => `연속 실패 ${failures}건`,
  wouldOpen: (state) => `열렸을 상황 (${state})`,
  summary: (transitions, from, to) => `${from} ~ ${to} 상태 전환 ${transitions}회`,
}

const languages = { en, ko }

/** A language that messages can be written in. */
export type SlackLocale = keyof typeof languages

export const locales = Object.keys(languages)

export const isState = (name: string): boolean => Object.hasOwn(MARKS, name)

const MARKS: Readonly<Record<State, string>> = {
  closed: ':large_green_circle:',
  open: ':red_circle:',
  half_open: ':large_yellow_circle:',
  metrics_only: ':large_blue_circle:',
  disabled: ':white_circle:',
  forced_open: ':no_entry:',
}

/** The message about a signal and those held back before it, oldest first. */
export function describeSignal(
  signal: Signal,
  heldBack: readonly Signal[],
  locale: SlackLocale,
): SlackMessage {
  const words = languages[locale]
  const { newState, cause, timestamp } = signal
  const mark = cause === 'shadow' ? ':eye:' : MARKS[newState]
  const name = `${mark} *${quoted(signal.circuitName)}*`
  const [first] = heldBack
  if (first === undefined) {
    return message(`${name} ${moveOf(signal, words)}`, [
      ...detailsOf(signal, words),
      [words.labels.time, slackDate(timestamp)],
    ])
  }
  const count = heldBack.length + 1
  const span = words.summary(count, slackDate(first.timestamp), slackDate(timestamp))
  const moves = tally([...heldBack, signal].map((each) => moveOf(each, words)))
  return message(`${name} ${words.states[newState]}: ${span}\n${moves}`, detailsOf(signal, words))
}

function moveOf({ oldState, newState, cause }: Signal, { states, wouldOpen }: Words): string {
  if (cause === 'shadow') return wouldOpen(states[newState])
  return `${states[oldState]} → ${states[newState]}`
}

/** `closed → open ×2, open → half-open` */
function tally(moves: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const move of moves) counts.set(move, (counts.get(move) ?? 0) + 1)
  return [...counts].map(([move, count]) => (count > 1 ? `${move} ×${count}` : move)).join(', ')
}

type Detail = readonly [label: string, value: string]

function detailsOf({ cause, reason, metrics, newState, retryAt }: Signal, words: Words): Detail[] {
  const { labels, causes, never } = words
  const details: Detail[] = [
    [labels.reason, `${quoted(reason)} (${causes[cause]})`],
    [labels.calls, callsOf(metrics, words)],
  ]
  if (newState === 'open') {
    details.push([labels.nextProbe, retryAt === undefined ? never : slackDate(retryAt)])
  }
  return details
}

function callsOf({ total, failureRate, avgDurationMs, failureStreak }: Metrics, words: Words) {
  if (failureRate === undefined || avgDurationMs === undefined) return words.noCalls
  const parts = [
    words.calls(total),
    words.failed(`${Math.round(failureRate * 1_000) / 10} %`),
    words.average(`${Math.round(avgDurationMs * 10) / 10} ms`),
  ]
  if (failureStreak > 0) parts.push(words.streak(failureStreak))
  return parts.join(', ')
}

function message(head: string, details: readonly Detail[]): SlackMessage {
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

const MAX_QUOTED = 300

/** Text from elsewhere: on one line, of bounded length, escaped last so that no escape is cut. */
function quoted(text: string): string {
  const [...letters] = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  const short =
    letters.length > MAX_QUOTED ? `${letters.slice(0, MAX_QUOTED - 1).join('')}…` : letters.join('')
  return escapeMrkdwn(short)
}
