import { describe, expect, test } from 'vitest'
import {
  CircuitBreaker,
  countWindow,
  failureRate,
  failureStreak,
  minRequests,
  timeWindow,
} from '../../src/index.ts'

const make = (options: object) => () => new CircuitBreaker({ name: 'payments', ...options })

describe('a wrong option throws at construction, naming it and quoting the value', () => {
  test.each([
    [{ name: '' }, RangeError, 'CircuitBreaker: name must be a non-empty string, got ""'],
    [{ name: 5 }, TypeError, 'CircuitBreaker: name must be a non-empty string, got 5'],
    [
      { name: undefined },
      TypeError,
      'CircuitBreaker: name must be a non-empty string, got undefined',
    ],
    [{ window: 100 }, TypeError, 'CircuitBreaker: window must be an object with open()'],
    [{ window: countWindow }, TypeError, 'got function countWindow'],
    [{ tracker: TypeError }, TypeError, 'CircuitBreaker: tracker must be a tracker'],
    [{ tracker: null }, TypeError, 'got null'],
    [{ tripper: 0.5 }, TypeError, 'CircuitBreaker: tripper must be a rule'],
    [{ tripper: () => true }, TypeError, 'CircuitBreaker: tripper must be a rule'],
    [{ tripper: { test: () => true } }, TypeError, 'CircuitBreaker: tripper must be a rule'],
    [{ retry: 30_000 }, TypeError, 'CircuitBreaker: retry must be an object with delayMs()'],
    [{ permit: 'all' }, TypeError, 'CircuitBreaker: permit must be an object with test()'],
    [{ probes: 0 }, RangeError, 'CircuitBreaker: probes must be a whole number from 1, got 0'],
    [{ probes: 1.5 }, RangeError, 'got 1.5'],
    [{ probes: '3' }, TypeError, 'got "3"'],
    [{ probes: Number.NaN }, RangeError, 'got NaN'],
    [{ probeLeaseMs: 0 }, RangeError, 'CircuitBreaker: probeLeaseMs must be'],
    [{ probeLeaseMs: Number.POSITIVE_INFINITY }, RangeError, 'got Infinity'],
    [{ timeoutMs: 0 }, RangeError, 'CircuitBreaker: timeoutMs must be'],
    [{ timeoutMs: -1 }, RangeError, 'got -1'],
    [{ timeoutMs: null }, TypeError, 'got null'],
    [{ timeoutMs: 2 ** 31, probeLeaseMs: 2 ** 32 }, RangeError, 'got 2147483648'],
    [{ listeners: () => {} }, TypeError, 'CircuitBreaker: listeners must be an array'],
    [{ listeners: [{}] }, TypeError, 'CircuitBreaker: listener must be a function, or an object'],
    [{ listeners: ['console'] }, TypeError, 'got "console"'],
    [{ listeners: [{ onSignal: 5 }] }, TypeError, 'got {"onSignal":5}'],
    [{ listeners: [{ onCall() {}, onSignal: 5 }] }, TypeError, 'got {"onSignal":5}'],
    [{ onError: 'log' }, TypeError, 'CircuitBreaker: onError must be a function, got "log"'],
    [{ captureStack: 1 }, TypeError, 'CircuitBreaker: captureStack must be a boolean, got 1'],
    [{ clock: Date }, TypeError, 'CircuitBreaker: clock must be an object with now()'],
    [{ clock: { now: Number } }, TypeError, 'timestamp()'],
    [{ random: 0.5 }, TypeError, 'CircuitBreaker: random must be a function, got 0.5'],
    [{ timeout: 5 }, TypeError, 'CircuitBreaker: each option must be one of name, window'],
    [{ timeout: 5 }, TypeError, 'got "timeout"'],
  ])('%j', (options, type, message) => {
    expect(make(options)).toThrow(type)
    expect(make(options)).toThrow(message)
  })

  test.each([undefined, null, 'payments', 5])('%j instead of options', (options) => {
    const construct = () => new CircuitBreaker(options as never)
    expect(construct).toThrow(TypeError)
    expect(construct).toThrow(/^CircuitBreaker: options must be an object, got /)
  })
})

describe('so do options that contradict each other', () => {
  test.each([
    [{ window: countWindow(10), tripper: minRequests(20) }],
    [{ window: countWindow(10), tripper: minRequests(20).and(failureRate(0.5)) }],
    [{ window: countWindow(10), tripper: failureRate(0.5).and(minRequests(20)) }],
    [{ tripper: minRequests(101).and(failureRate(0.5)) }],
  ])('a window that cannot hold what the rule wants', (options) => {
    expect(make(options)).toThrow(RangeError)
    expect(make(options)).toThrow(/tripper must be .*(10|100) calls.*minRequests.* (20|101)/)
  })

  test('a lease that ends before a probe can time out', () => {
    const options = { probeLeaseMs: 100, timeoutMs: 200 }
    expect(make(options)).toThrow(RangeError)
    expect(make(options)).toThrow(/probeLeaseMs must be at least timeoutMs \(200\).*got 100/)
    expect(make({ timeoutMs: 60_001 })).toThrow(/probeLeaseMs/)
  })

  test.each([
    { window: countWindow(20), tripper: minRequests(20).and(failureRate(0.5)) },
    { window: timeWindow(1_000), tripper: minRequests(20) },
    { window: countWindow(1), tripper: failureStreak(20) },
    { probeLeaseMs: 200, timeoutMs: 200 },
  ])('what just fits is fine: %j', (options) => {
    expect(make(options)).not.toThrow()
  })
})

test('an option that is undefined is left out', () => {
  const names =
    'window tracker tripper retry permit probes probeLeaseMs timeoutMs listeners onError'
  const all = [...names.split(' '), 'captureStack', 'clock', 'random']
  const undefineds = Object.fromEntries(all.map((option) => [option, undefined]))
  const breaker = new CircuitBreaker({ name: 'x', ...undefineds })
  expect(breaker.toJSON()).toEqual(new CircuitBreaker({ name: 'x' }).toJSON())
})

test('policies are shared by any number of breakers, each with its own counts', () => {
  const shared = { window: countWindow(5), tripper: failureStreak(2) }
  const one = new CircuitBreaker({ name: 'one', ...shared })
  const two = new CircuitBreaker({ name: 'two', ...shared })
  one.acquire().failure(new Error('down'))
  two.acquire().failure(new Error('down'))
  expect([one.state, two.state]).toEqual(['closed', 'closed'])
  one.acquire().failure(new Error('down'))
  expect([one.state, two.state]).toEqual(['open', 'closed'])
})
