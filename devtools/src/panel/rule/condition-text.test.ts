import type { RuleReport } from '@fluxgate/core'
import { expect, test } from 'vitest'
import { conditionText, trippedCondition, watchedCondition } from './condition-text.ts'

const leaf = (type: string, actual: number | undefined, threshold: number): RuleReport => ({
  type,
  rule: `rule ${type}`,
  met: (actual ?? 0) >= threshold,
  ...(actual !== undefined && { actual }),
  threshold,
  unit: type.endsWith('Rate') ? 'ratio' : type === 'avgLatency' ? 'ms' : 'count',
})

const any = (...children: RuleReport[]): RuleReport => ({
  rule: 'or',
  op: 'or',
  met: children.some(({ met }) => met),
  children,
})

test.each([
  [leaf('failureRate', 0.62, 0.5), '62 % failed'],
  [leaf('failureCount', 3, 5), '3 failed'],
  [leaf('failureStreak', 5, 5), '5 in a row'],
  [leaf('tripWhen', 3, 5), '3'],
  [leaf('slowRate', 0.4, 0.3), '40 % slow'],
  [leaf('avgLatency', 1_250, 700), '1.25 s avg'],
  [leaf('toString', 3, 5), '3'],
  [leaf('failureRate', undefined, 0.5), '–'],
])('the value of %j is %s', (report, text) => {
  expect(conditionText(report)).toBe(text)
})

test('a rate or a streak tripped the circuit, rather than the number of calls', () => {
  const report = any(
    leaf('minRequests', 20, 10),
    leaf('failureStreak', 2, 5),
    leaf('failureRate', 0.6, 0.5),
  )
  expect(trippedCondition(report)?.type).toBe('failureRate')
  expect(trippedCondition(any(leaf('minRequests', 20, 10)))?.type).toBe('minRequests')
  expect(trippedCondition({ rule: 'own', met: true })).toBeUndefined()
})

test('the condition to watch is the failure rate, else the one that is nearest to being met', () => {
  expect(watchedCondition(any(leaf('slowRate', 0.3, 0.4), leaf('failureRate', 0, 0.5)))?.type).toBe(
    'failureRate',
  )
  expect(watchedCondition(any(leaf('slowRate', 0.3, 0.4), leaf('avgLatency', 10, 700)))?.type).toBe(
    'slowRate',
  )
})
