import type { RuleReport } from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { comparisonOf, decidingRules } from './rule-reason.ts'

const leaf = (type: string, met: boolean): RuleReport => ({ type, args: [], rule: type, met })
const group = (op: 'and' | 'or' | 'not', met: boolean, children: RuleReport[]): RuleReport => ({
  rule: op,
  op,
  met,
  children,
})

describe('decidingRules', () => {
  test.each<[string, RuleReport, [string, boolean][]]>([
    ['one rule', leaf('a', true), [['a', true]]],
    [
      'all rules of an and',
      group('and', true, [leaf('a', true), leaf('b', true)]),
      [
        ['a', true],
        ['b', true],
      ],
    ],
    [
      'the met rules of an or',
      group('or', true, [leaf('a', false), leaf('b', true)]),
      [['b', true]],
    ],
    ['the unmet rule of a not', group('not', true, [leaf('a', false)]), [['a', false]]],
    [
      'without minRequests beside another rule',
      group('and', true, [leaf('minRequests', true), leaf('a', true)]),
      [['a', true]],
    ],
    ['minRequests alone', leaf('minRequests', true), [['minRequests', true]]],
    [
      'an unmet minRequests',
      group('and', true, [leaf('a', true), group('not', true, [leaf('minRequests', false)])]),
      [
        ['a', true],
        ['minRequests', false],
      ],
    ],
    ['nothing of an unmet report', leaf('a', false), []],
    ['nothing of a group without children', { rule: 'and', op: 'and', met: true }, []],
  ])('returns %s', (_name, report, expected) => {
    expect(decidingRules(report).map(({ report, met }) => [report.type, met])).toEqual(expected)
  })
})

describe('comparisonOf', () => {
  test.each<[actual: number, threshold: number, unit: RuleReport['unit'], string]>([
    [0.62, 0.5, 'ratio', '62u ≥ 50u'],
    [0.496, 0.5, 'ratio', '49.6u < 50u'],
    [13 / 21, 0.5, 'ratio', '62u ≥ 50u'],
    [499.9996, 500, 'ms', '499.9996u < 500u'],
    [5, 3, 'count', '5u ≥ 3u'],
    [1, 1, undefined, '1u ≥ 1u'],
    [0.1 + 0.2, 0.3, 'ratio', '30u ≥ 30u'],
  ])('compares %s with %s (%s)', (actual, threshold, unit, expected) => {
    const report = { rule: 'x', met: true, actual, threshold, ...(unit && { unit }) }
    expect(comparisonOf(report, 'u')).toBe(expected)
  })

  test('needs a value and a threshold', () => {
    expect(comparisonOf({ rule: 'x', met: true, actual: 1 }, '')).toBeUndefined()
    expect(comparisonOf({ rule: 'x', met: true, threshold: 1 }, '')).toBeUndefined()
  })
})
