import type { Cause, RuleReport, Signal, State, Tripper } from '@fluxgate/core'
import { comparisonOf, decidingRules } from './rule-reason.ts'

/** Text, not escaped yet, and a note that is added in parentheses. */
type Reason = readonly [text: string, note?: string]

/** The texts of one language. Records, so that a new state or cause is a type error here. */
export interface Locale {
  readonly states: Readonly<Record<State, string>>
  /** Why the signal was emitted. */
  readonly reasons: Readonly<Record<Cause, (signal: Signal) => Reason>>
  readonly labels: Readonly<Record<'reason' | 'calls' | 'nextProbe' | 'time' | 'source', string>>
  /** In place of the next probe. */
  readonly never: string
  readonly noCalls: string
  calls(total: number): string
  failed(percent: number): string
  average(ms: number): string
  streak(failures: number): string
  wouldOpen(state: string): string
  /** `from` and `to` are formatted dates. */
  summary(events: number, from: string, to: string): string
  /** The first line of a message about several circuits. */
  digest(circuits: number): string
  /** The last line of a list that was cut. */
  more(circuits: number): string
}

const en: Locale = {
  states: {
    closed: 'closed',
    open: 'open',
    half_open: 'half-open',
    metrics_only: 'metrics only',
    disabled: 'disabled',
    forced_open: 'forced open',
  },
  reasons: {
    rule: ({ reason }) => [reason, 'rule met'],
    retry: () => ['retry time reached'],
    probes: ({ reason }) => [reason],
    manual: (signal) =>
      hasOwnReason(signal) ? [signal.reason, 'manual transition'] : [signal.reason],
    shadow: ({ reason }) => [reason, 'rule met, calls not rejected'],
    fleet: ({ reason }) => [reason, 'decided by the fleet'],
  },
  labels: {
    reason: 'Reason',
    calls: 'Calls',
    nextProbe: 'Next probe',
    time: 'Time',
    source: 'Source',
  },
  never: 'never (manual reset required)',
  noCalls: 'none in the window',
  calls: (total) => `${total} call${total === 1 ? '' : 's'}`,
  failed: (percent) => `${percent} % failed`,
  average: (ms) => `${ms} ms on average`,
  streak: (failures) => `${failures} failure${failures === 1 ? '' : 's'} in a row`,
  wouldOpen: (state) => `would have opened (${state})`,
  summary: (events, from, to) => `${events} events from ${from} to ${to}`,
  digest: (circuits) => `${circuits} circuits changed their state`,
  more: (circuits) => `and ${circuits} more`,
}

const ko: Locale = {
  states: {
    closed: '닫힘',
    open: '열림',
    half_open: 'half-open',
    metrics_only: '관찰 모드',
    disabled: '비활성화',
    forced_open: '강제 열림',
  },
  reasons: {
    rule: (signal) => [koRuleReason(signal), '차단 조건 충족'],
    retry: () => ['프로브 시각 도달'],
    // neutral: the probes may have failed; the number of failures is in the line below
    probes: () => ['프로브 결과'],
    manual: (signal) => (hasOwnReason(signal) ? [signal.reason, '수동 전환'] : ['수동 전환']),
    shadow: (signal) => [koRuleReason(signal), '차단 조건 충족, 차단하지 않음'],
    fleet: () => ['전체 인스턴스의 결정'],
  },
  labels: {
    reason: '이유',
    calls: '호출 현황',
    nextProbe: '다음 프로브',
    time: '전환 시각',
    source: '출처',
  },
  never: '없음(수동 복구 필요)',
  noCalls: '집계된 호출 없음',
  calls: (total) => `${total}건`,
  failed: (percent) => `실패율 ${percent}%`,
  average: (ms) => `평균 소요 시간 ${ms}ms`,
  streak: (failures) => `${failures}회 연속 실패`,
  wouldOpen: (state) => `열림 조건 충족, 열지 않음 (${state})`,
  summary: (events, from, to) => `${from} ~ ${to}, 알림 ${events}건`,
  digest: (circuits) => `서킷 ${circuits}개의 상태가 바뀜`,
  more: (circuits) => `그 외 ${circuits}개`,
}

export const locales = { en, ko }

/** The language of the messages. */
export type SlackLocale = keyof typeof locales

/** Only `trip()` takes a reason from the caller; the other reasons repeat the transition. */
function hasOwnReason({ newState, reason }: Signal): boolean {
  return newState === 'open' && reason !== 'tripped manually'
}

/** `실패율 62% ≥ 50%, 호출 21건`; the reason as it is when there is no usable report. */
function koRuleReason({ report, reason, metrics }: Signal): string {
  // Stryker disable next-line ConditionalExpression: the TypeError of a missing report is caught below
  if (report === undefined) return reason
  try {
    const parts = decidingRules(report).map(({ report, met }) => koRule(report, met))
    return parts.length > 0 ? `${parts.join(', ')}, 호출 ${metrics.total}건` : reason
  } catch {
    return reason // the report of a hand-written rule can be anything
  }
}

function koRule(report: RuleReport, met: boolean): string {
  // Stryker disable next-line StringLiteral,ArrayDeclaration: each default only has to differ from the names of rules; only rules of core read args
  const { rule, type = '', args = [], unit } = report
  const [label, countUnit] = KO_RULES.get(type)?.(args) ?? [rule, '']
  const units = { ratio: '%', ms: 'ms', count: countUnit }
  const comparison = comparisonOf(report, unit === undefined ? '' : units[unit])
  if (comparison !== undefined) return `${label} ${comparison}`
  return met ? label : `${label} 아님`
}

type RuleArgs = NonNullable<RuleReport['args']>

type Core = typeof import('@fluxgate/core')

/** The rules of core. A new one is a type error below. */
type RuleName = {
  [Name in keyof Core]: Core[Name] extends (...args: never) => Tripper ? Name : never
}[keyof Core]

type KoreanRule = (args: RuleArgs) => readonly [string, string]

/**
 * Label and unit of a count, by the type of the rule. Rules written by hand keep their own label, and
 * so does `tripWhen`.
 */
const KO_RULES: ReadonlyMap<string, KoreanRule> = new Map(
  Object.entries<KoreanRule>({
    minRequests: () => ['호출', '건'],
    failureRate: () => ['실패율', ''],
    failureCount: () => ['실패', '건'],
    slowRate: ([, thresholdMs]) => [`느린 호출(${thresholdMs}ms 이상) 비율`, ''],
    avgLatency: () => ['평균 소요 시간', ''],
    failureStreak: () => ['연속 실패', '회'],
    whileClosed: () => ['닫힘 상태', ''],
    whileHalfOpen: () => ['half-open 상태', ''],
  } satisfies Record<Exclude<RuleName, 'tripWhen'>, KoreanRule>),
)
