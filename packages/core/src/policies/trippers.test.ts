import { expect, test } from 'vitest'
import { slowRate, tripWhen } from './trippers.ts'

test('slowRate reports 0 when its threshold was not counted', () => {
  const report = slowRate(0.1, 1_000).explain({
    state: 'closed',
    circuitName: 'payments',
    ignored: 0,
    total: 5,
    failures: 0,
    totalDurationMs: 0,
    failureStreak: 0,
    slow: {},
  })
  expect(report).toMatchObject({ actual: 0, met: false })
})

test('tripWhen throws when slowThresholdsMs is not an array', () => {
  expect(() => tripWhen('x', () => true, { slowThresholdsMs: 5 as never })).toThrow(
    'tripWhen: slowThresholdsMs must be an array, got 5',
  )
})

test.each(['and', 'or'] as const)('%s() throws for a value that is no rule', (join) => {
  expect(() => slowRate(0.1, 1_000)[join](5 as never)).toThrow(
    `${join}: tripper must be a rule such as failureRate(0.5), got 5`,
  )
})
