import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { Rule } from '../policies/rule.ts'
import {
  avgLatency,
  failureRate,
  failureStreak,
  minRequests,
  slowRate,
  tripWhen,
  whileClosed,
  whileHalfOpen,
} from '../policies/trippers.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Signal } from './signal.ts'

interface Call {
  readonly failed?: boolean
  readonly durationMs?: number
}

const ok: Call = {}
const failed: Call = { failed: true }
const times = (count: number, call: Call): Call[] => Array.from({ length: count }, () => call)

/** The signal with which a circuit with this rule opens. */
function openedBy(tripper: Rule, ...calls: Call[]): Signal {
  const signals: Signal[] = []
  const clock = new ManualClock()
  const breaker = new CircuitBreaker({
    name: 'explained',
    tripper,
    clock,
    listeners: [(signal) => void signals.push(signal)],
  })
  for (const call of calls) {
    const ticket = breaker.acquire()
    clock.advance(call.durationMs ?? 0)
    if (call.failed) ticket.failure(new Error('down'))
    else ticket.success()
  }
  const [signal] = signals
  if (signal === undefined) throw new Error('the circuit did not open')
  return signal
}

const reasonOf = (tripper: Rule, ...calls: Call[]) => openedBy(tripper, ...calls).reason

describe('the reason of an opening', () => {
  test('gives the rate, the threshold and the number of calls', () => {
    const tripper = minRequests(21).and(failureRate(0.5))
    expect(reasonOf(tripper, ...times(8, ok), ...times(13, failed))).toBe(
      'failure rate 62 % ≥ 50 % over 21 calls',
    )
  })

  test.each<[string, Rule, Call[]]>([
    ['failure rate 100 % ≥ 50 % over 1 call', failureRate(0.5), [failed]],
    ['failure streak 3 ≥ 3 over 4 calls', failureStreak(3), [ok, ...times(3, failed)]],
    ['requests 2 ≥ 2 over 2 calls', minRequests(2), times(2, ok)],
    [
      'slow rate (≥ 1000 ms) 40 % ≥ 40 % over 5 calls',
      minRequests(5).and(slowRate(0.4, 1_000)),
      [...times(3, ok), ...times(2, { durationMs: 1_000 })],
    ],
    [
      'average duration 750 ms ≥ 500 ms over 2 calls',
      minRequests(2).and(avgLatency(500)),
      [ok, { durationMs: 1_500 }],
    ],
    [
      'night shift over 3 calls',
      minRequests(3).and(tripWhen('night shift', () => true)),
      times(3, ok),
    ],
    ['closed and failure streak 1 ≥ 1 over 1 call', whileClosed().and(failureStreak(1)), [failed]],
  ])('%s', (reason, tripper, calls) => {
    expect(reasonOf(tripper, ...calls)).toBe(reason)
  })

  test('omits rules that are not met', () => {
    const tripper = failureStreak(5).or(minRequests(2).and(failureRate(0.5).or(slowRate(0.3, 100))))
    expect(reasonOf(tripper, ok, failed)).toBe('failure rate 50 % ≥ 50 % over 2 calls')
    expect(reasonOf(tripper, ok, { durationMs: 100 })).toBe(
      'slow rate (≥ 100 ms) 50 % ≥ 30 % over 2 calls',
    )
    expect(reasonOf(tripper, ok, { failed: true, durationMs: 100 })).toBe(
      'failure rate 50 % ≥ 50 % and slow rate (≥ 100 ms) 50 % ≥ 30 % over 2 calls',
    )
  })

  test('describes the negated rule of a not()', () => {
    const few = minRequests(3).not()
    expect(reasonOf(failureStreak(2).and(few), failed, failed)).toBe(
      'failure streak 2 ≥ 2 and requests 2 < 3 over 2 calls',
    )
    expect(reasonOf(minRequests(4).and(failureRate(0.5).not()), ...times(4, ok))).toBe(
      'failure rate 0 % < 50 % over 4 calls',
    )
    expect(reasonOf(whileHalfOpen().not().and(failureStreak(1)), failed)).toBe(
      'not half open and failure streak 1 ≥ 1 over 1 call',
    )
    expect(reasonOf(failureStreak(1).not().not(), failed)).toBe('failure streak 1 ≥ 1 over 1 call')
  })

  test('describes the deciding rules of a negated composition', () => {
    const both = minRequests(5).and(failureRate(0.5))
    expect(reasonOf(both.not(), failed)).toBe('requests 1 < 5 over 1 call')
    const either = failureStreak(2).or(failureRate(0.5))
    expect(reasonOf(either.not(), ok)).toBe(
      'failure streak 0 < 2 and failure rate 0 % < 50 % over 1 call',
    )
  })

  test('rounds the value only as far as the comparison stays true', () => {
    const rate = (ratio: number, total: number, failures: number) =>
      reasonOf(
        minRequests(total).and(failureRate(ratio)),
        ...times(total - failures, ok),
        ...times(failures, failed),
      )
    expect(rate(0.5, 3, 2)).toBe('failure rate 67 % ≥ 50 % over 3 calls')
    expect(rate(0.665, 3, 2)).toBe('failure rate 67 % ≥ 66.5 % over 3 calls')
    expect(rate(0.33, 3, 1)).toBe('failure rate 33 % ≥ 33 % over 3 calls') // 33.3 % rounded
    expect(rate(0.07, 100, 7)).toBe('failure rate 7 % ≥ 7 % over 100 calls')
    expect(reasonOf(minRequests(3).and(failureRate(0.5).not()), ok, ok, failed)).toBe(
      'failure rate 33 % < 50 % over 3 calls',
    )
    const below = minRequests(8).and(failureRate(0.378).not())
    expect(reasonOf(below, ...times(5, ok), ...times(3, failed))).toBe(
      'failure rate 37.5 % < 37.8 % over 8 calls',
    )
  })

  test('uses the values of a report written by hand', () => {
    const report = { rule: 'queue depth', met: true, actual: 12, threshold: 10 }
    const rule: Rule = { test: () => true, explain: () => report }
    expect(reasonOf(rule, ok)).toBe('queue depth 12 ≥ 10 over 1 call')
    expect(
      reasonOf({ ...rule, explain: () => ({ rule: 'full', met: true, threshold: 9 }) }, ok),
    ).toBe('full over 1 call')
    const unlimited = { rule: 'queue depth', met: true, actual: 12 }
    expect(reasonOf({ ...rule, explain: () => unlimited }, ok)).toBe('queue depth over 1 call')
    const quorum: Rule = {
      test: () => true,
      explain: () => ({ rule: 'quorum', op: 'or', met: true, children: [] }),
    }
    expect(reasonOf(quorum, ok)).toBe('quorum over 1 call')
    const nothing = { rule: 'nothing', op: 'not', met: true } as const
    expect(reasonOf({ ...rule, explain: () => nothing }, ok)).toBe('nothing over 1 call')
  })

  test('stops at nine digits when the values still look equal', () => {
    const report = { rule: 'load', met: false, actual: 50 - 4e-10, threshold: 50 }
    const rule: Rule = { test: () => false, explain: () => report }
    expect(
      reasonOf(
        tripWhen('busy', () => true).and(
          tripWhen('light', () => false)
            .or(rule)
            .not(),
        ),
        ok,
      ),
    ).toBe('busy and not light and load 50 < 50 over 1 call')
  })
})

test('the report of a signal contains all rules, also those that are not met', () => {
  const tripper = failureStreak(5).or(minRequests(2).and(failureRate(0.5)))
  expect(openedBy(tripper, ok, failed).report).toEqual({
    type: 'or',
    args: [],
    rule: 'or',
    op: 'or',
    met: true,
    children: [
      {
        type: 'failureStreak',
        args: [5],
        rule: 'failure streak',
        met: false,
        actual: 1,
        threshold: 5,
        unit: 'count',
      },
      {
        type: 'and',
        args: [],
        rule: 'and',
        op: 'and',
        met: true,
        children: [
          {
            type: 'minRequests',
            args: [2],
            rule: 'requests',
            met: true,
            actual: 2,
            threshold: 2,
            unit: 'count',
          },
          {
            type: 'failureRate',
            args: [0.5],
            rule: 'failure rate',
            met: true,
            actual: 0.5,
            threshold: 0.5,
            unit: 'ratio',
          },
        ],
      },
    ],
  })
})
