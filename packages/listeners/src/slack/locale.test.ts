import {
  avgLatency,
  CircuitBreaker,
  failureCount,
  failureRate,
  failureStreak,
  minRequests,
  type Rule,
  type RuleReport,
  type Signal,
  slowRate,
  type Tripper,
  tripWhen,
  whileClosed,
  whileHalfOpen,
} from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { signal } from '../../test/signals.ts'
import { locales } from './locale.ts'

const reasonOf = (of: Signal) => locales.ko.reasons[of.cause](of)[0]

function reasonOfReport(report: RuleReport | undefined): string {
  return reasonOf(signal('closed->open', report === undefined ? {} : { report }))
}

/** The Korean reason of a rule that opens a circuit after two failed calls. */
function reasonOfRule(tripper: Rule): string {
  const signals: Signal[] = []
  const circuit = new CircuitBreaker({ name: 'payments', tripper, listeners: [] })
  circuit.subscribe((emitted) => void signals.push(emitted))
  for (let i = 0; i < 2; i++) circuit.tryAcquire()?.failure(new Error('down'))
  const [opened] = signals
  if (opened === undefined) throw new Error('the rule did not open the circuit')
  return reasonOf(opened)
}

describe('Korean reason', () => {
  const leaf = { rule: '야간 근무', met: false }
  const two = minRequests(2)
  test.each<[string, Tripper]>([
    ['실패율 100% ≥ 50%, 호출 2건', two.and(failureRate(0.5))],
    ['연속 실패 2회 ≥ 2회, 호출 2건', failureStreak(2)],
    ['실패 2건 ≥ 2건, 호출 2건', failureCount(2)],
    ['호출 2건 ≥ 2건, 호출 2건', two],
    ['연속 실패 2회 ≥ 1회, 닫힘 상태, 호출 2건', two.and(failureStreak(1)).and(whileClosed())],
    [
      '실패율 100% ≥ 50%, half-open 상태 아님, 호출 2건',
      two.and(failureRate(0.5)).and(whileHalfOpen().not()),
    ],
    ['야간 근무, 호출 2건', two.and(tripWhen('야간 근무', () => true))],
    ['느린 호출(60000ms 이상) 비율 0% < 50%, 호출 2건', two.and(slowRate(0.5, 60_000).not())],
  ])('%s', (expected, rule) => {
    expect(reasonOfRule(rule)).toBe(expected)
  })

  test('keeps the label of a rule written by hand, also with the name of an inherited method', () => {
    const report = { rule: '야간 근무', type: 'constructor', args: [1], met: true }
    expect(reasonOfReport(report)).toBe('야간 근무, 호출 0건')
  })

  const compared = { rule: '큐 길이', met: true, actual: 5, threshold: 3 }
  test.each<[string, RuleReport, string]>([
    ['without a type', { rule: '야간 근무', met: true }, '야간 근무'],
    ['that is not met', { rule: 'not', op: 'not', met: true, children: [leaf] }, '야간 근무 아님'],
    ['with a count', { ...compared, type: 'queueLength', unit: 'count' }, '큐 길이 5 ≥ 3'],
    ['without a unit', { ...compared, type: 'queueLength' }, '큐 길이 5 ≥ 3'],
  ])('keeps the label of a rule written by hand %s', (_name, report, expected) => {
    expect(reasonOfReport(report)).toBe(`${expected}, 호출 0건`)
  })

  test.each<[string, string]>([
    ['failureRate', '실패율'],
    ['slowRate', '느린 호출(1000ms 이상) 비율'],
    ['avgLatency', '평균 소요 시간'],
    ['whileClosed', '닫힘 상태'],
    ['whileHalfOpen', 'half-open 상태'],
  ])('adds no unit to a count in a report of the type %s', (type, label) => {
    const report = { ...compared, type, args: [0.5, 1_000], unit: 'count' } as const
    expect(reasonOfReport(report)).toBe(`${label} 5 ≥ 3, 호출 0건`)
  })

  test('shows an average duration in ms', () => {
    const report = avgLatency(500).explain({
      circuitName: 'payments',
      state: 'closed',
      total: 21,
      failures: 0,
      ignored: 0,
      totalDurationMs: 26_250,
      failureStreak: 0,
      failureRate: 0,
      avgDurationMs: 1_250,
      slow: {},
    })
    expect(reasonOfReport(report)).toBe('평균 소요 시간 1250ms ≥ 500ms, 호출 0건')
  })

  test.each<[string, RuleReport | undefined]>([
    ['is absent', undefined],
    ['is not met', { rule: 'mine', met: false }],
    ['is malformed', { rule: 'mine', op: 'and', met: true, children: 5 as never }],
  ])('stays English when the report %s', (_name, report) => {
    expect(reasonOfReport(report)).toBe('failure rate 62 % ≥ 50 % over 21 calls')
  })
})

test('a manual transition without a reason of the caller is not described twice', () => {
  const signals: Signal[] = []
  const circuit = new CircuitBreaker({ name: 'payments' })
  circuit.subscribe((emitted) => void signals.push(emitted))
  circuit.trip()
  circuit.reset()
  circuit.trip({ reason: 'deployment' })
  const reasons = signals.map((emitted) => locales.en.reasons[emitted.cause](emitted))
  expect(reasons).toEqual([
    [signals[0]?.reason],
    [signals[1]?.reason],
    ['deployment', 'manual transition'],
  ])
})
