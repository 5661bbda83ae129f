import {
  avgLatency,
  CircuitBreaker,
  failureCount,
  failureRate,
  failureStreak,
  minRequests,
  type Rule,
  slowRate,
  tripWhen,
} from '@fluxgate/core'
import { describe, expect, test } from 'vitest'
import { createFleet } from '../fleet/create-fleet.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { fleetWide, sharedWindowMs } from './fleet-wide.ts'

const rate = minRequests(20).and(failureRate(0.5))

describe('fleetWide()', () => {
  test('is not met without a fleet', () => {
    const breaker = new CircuitBreaker({ name: 'x', tripper: fleetWide(failureCount(1)) })
    for (let call = 0; call < 5; call++) {
      expect(() =>
        breaker.callSync(() => {
          throw new Error('503')
        }),
      ).toThrow('503')
    }
    expect(breaker.state).toBe('closed')
    const report = { type: 'fleetWide', met: false, rule: '0 of 0 calls of the fleet failed' }
    expect(breaker.explain()).toMatchObject(report)
  })

  test('combines with rules over the calls of this instance', () => {
    const tripper = failureStreak(5).or(fleetWide(rate))
    expect(new CircuitBreaker({ name: 'x', tripper }).toJSON().tripper).toEqual({
      type: 'or',
      args: [
        { type: 'failureStreak', args: [5] },
        { type: 'fleetWide', args: [rate.toJSON(), { windowMs: 10_000 }] },
      ],
    })
    expect(sharedWindowMs(tripper)).toBe(10_000)
    expect(sharedWindowMs(rate)).toBe(0)
  })

  test('is neither timed nor evaluated while calls are healthy', () => {
    const both = failureStreak(5).or(fleetWide(rate))
    expect([both.timed, both.skipWhileHealthy]).toEqual([false, true])
  })

  test('accepts a custom rule', () => {
    const custom: Rule = { test: () => true, explain: () => ({ rule: 'x', met: true }) }
    expect(fleetWide(custom, { windowMs: 500 }).toJSON?.()).toEqual({
      type: 'fleetWide',
      args: [{ type: 'custom', args: [] }, { windowMs: 500 }],
    })
  })

  test.for([
    [failureStreak(3), 'got "failureStreak"'],
    [rate.or(avgLatency(100)), 'got "avgLatency"'],
    [rate.and(slowRate(0.5, 100)).not(), 'got "slowRate"'],
    [tripWhen('slow', () => false, { slowThresholdsMs: [5] }), 'without slowThresholdsMs, got [5]'],
  ] as const)('refuses rules over streaks and durations', ([rule, message]) => {
    expect(() => fleetWide(rule)).toThrow(message)
  })

  test.for([0, 99, 3_600_001, Number.NaN, '1000'])('refuses windowMs %o', (windowMs) => {
    expect(() => fleetWide(rate, { windowMs: windowMs as number })).toThrow('fleetWide: windowMs')
  })

  test.for([undefined, null, 5, {}])('refuses the rule %o', (rule) => {
    const make = () => Reflect.apply(fleetWide, undefined, [rule])
    expect(make).toThrow('fleetWide: rule must be an object with test()')
  })

  test('refuses unknown options', () => {
    const make = () => Reflect.apply(fleetWide, undefined, [rate, { windowMS: 500 }])
    expect(make).toThrow('fleetWide: each option must be one of windowMs, got "windowMS"')
    expect(() => Reflect.apply(fleetWide, undefined, [rate, null])).toThrow('fleetWide: options')
  })

  test('refuses two shared windows in one circuit', () => {
    const shared = createFleet(new MemoryStore())
    const tripper = failureStreak(5)
      .or(fleetWide(rate, { windowMs: 1_000 }))
      .or(fleetWide(rate, { windowMs: 2_000 }))
    const message = 'fleetWide: windowMs must be the same in all rules of a circuit, got 2000'
    expect(() => new CircuitBreaker({ name: 'x', shared, tripper })).toThrow(message)
  })
})
