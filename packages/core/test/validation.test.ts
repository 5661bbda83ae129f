import {
  backoff,
  CircuitBreaker,
  CircuitRegistry,
  countWindow,
  errorType,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  timeWindow,
  WebhookListener,
} from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { quoted } from '@fluxgate/testkit/wrong-values'
import { describe, expect, test } from 'vitest'
import { owners, rejecting, rows } from './refused-options.ts'

const fn = () => true
const ramp = (from: number, to: number) => rampUp({ from, to, durationMs: 1 })
const breaker = (options: object) => new CircuitBreaker({ name: 'x', ...options })

function errorOf(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}

function expectRefusal(error: unknown, option: string, value: unknown, type: ErrorConstructor) {
  expect(error, `for ${quoted(value)}`).toBeInstanceOf(type)
  const { message } = error as Error
  expect(message.slice(0, message.indexOf(' must be '))).toBe(option)
  expect(message.slice(message.lastIndexOf(', got '))).toBe(`, got ${quoted(value)}`)
}

describe('a wrong value is refused at once, by name and quoted', () => {
  test.each(rows)('%s', (option, { types, ranges }, use) => {
    for (const value of [...types, ...ranges]) {
      const error = errorOf(() => use(value as never))
      expectRefusal(error, option, value, types.includes(value) ? TypeError : RangeError)
    }
  })

  test.each(rejecting)('%s, by rejecting', async (option, { types, ranges }, use) => {
    for (const value of [...types, ...ranges]) {
      const error: unknown = await Promise.resolve(use(value as never)).catch((e: unknown) => e)
      expectRefusal(error, option, value, types.includes(value) ? TypeError : RangeError)
    }
  })
})

describe('options', () => {
  test.each(owners)('%s refuses an option that nobody reads', (owner, use, good) => {
    expect(() => use(good as never)).not.toThrow()
    const error = errorOf(() => use({ ...good, tmieoutMs: 5 } as never))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message.startsWith(`${owner}: `)).toBe(true)
    expect(error.message.endsWith(', got "tmieoutMs"')).toBe(true)
  })

  test.each(owners)('%s refuses what are no options', (owner, use) => {
    for (const value of [null, 5, 'text', true, fn]) {
      const error = errorOf(() => use(value as never))
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toBe(`${owner}: options must be an object, got ${quoted(value)}`)
    }
  })

  test.each<[string, () => unknown]>([
    ['rampUp: to must be at least from (0.5), got 0.4', () => ramp(0.5, 0.4)],
    [
      'backoff: maxMs must be at least initialMs (10), got 9',
      () => backoff({ initialMs: 10, maxMs: 9 }),
    ],
    ['errorType: class must be a class, got 5', () => errorType(5 as never)],
  ])('%s', (message, use) => {
    expect(use).toThrow(new (message.includes('least') ? RangeError : TypeError)(message))
  })

  test('call refuses them too, by rejecting', async () => {
    const called = breaker({})
    await expect(called.call(fn, { tmieoutMs: 5 } as never)).rejects.toThrow('got "tmieoutMs"')
    await expect(called.call(fn, null as never)).rejects.toThrow('call: options')
    expect(called.snapshot().metrics.total).toBe(0)
  })

  test.each<[string, () => unknown]>([
    ['errorType without a class', () => errorType()],
    ['rampUp without options', () => rampUp(undefined as never)],
    ['backoff without options', () => backoff(undefined as never)],
    ['CircuitBreaker without options', () => new CircuitBreaker(undefined as never)],
    ['WebhookListener without options', () => new WebhookListener(undefined as never)],
  ])('%s says what is missing', (_what, use) => {
    const error = errorOf(use)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^\w+: \w+ must be .+, got (undefined|\[\])$/)
  })
})

describe('options that contradict each other are refused, quoting both', () => {
  const both = { initialMs: 400_000 }
  test.each<[string, () => unknown, string[]]>([
    [
      'minRequests beyond the window',
      () => breaker({ window: countWindow(10), tripper: minRequests(20) }),
      ['10', '20'],
    ],
    [
      'deep within a rule',
      () =>
        breaker({
          window: countWindow(10),
          tripper: failureRate(0.5).or(minRequests(20).not().and(minRequests(2))),
        }),
      ['10', '20'],
    ],
    [
      'minRequests beyond the default window',
      () => breaker({ tripper: minRequests(101) }),
      ['100', '101'],
    ],
    ['the default rule beyond the window', () => breaker({ window: countWindow(9) }), ['9', '10']],
    [
      'in a registry',
      () => new CircuitRegistry({ defaults: { window: countWindow(9) } }),
      ['9', '10'],
    ],
    [
      'a lease shorter than the time limit',
      () => breaker({ probeLeaseMs: 999, timeoutMs: 1_000 }),
      ['999', '1000'],
    ],
    [
      'the default lease shorter than the time limit',
      () => breaker({ timeoutMs: 60_001 }),
      ['60000', '60001'],
    ],
    [
      'a window that does not say what it holds',
      () => breaker({ window: { ...countWindow(10), capacity: undefined } }),
      ['undefined', '10'],
    ],
    ['maxMs below initialMs', () => backoff({ initialMs: 10, maxMs: 9 }), ['10', '9']],
    ['the default maxMs below initialMs', () => backoff(both), ['300000', '400000']],
    ['a ramp that falls', () => rampUp({ from: 0.5, to: 0.4, durationMs: 1 }), ['0.5', '0.4']],
  ])('%s', (_what, use, quotes) => {
    const error = errorOf(use)
    expect(error).toBeInstanceOf(RangeError)
    for (const value of quotes) expect(error.message).toMatch(new RegExp(`\\b${value}\\b`))
  })

  test('a registry beside defaults', () => {
    const error = errorOf(() => createFetch({ registry: new CircuitRegistry(), defaults: {} }))
    expect(error.message).toMatch(/^createFetch: defaults must be .*registry/)
  })

  test('their borders are not refused', () => {
    breaker({ window: countWindow(10), tripper: minRequests(10) })
    breaker({ window: timeWindow(1), tripper: minRequests(1_000_000) })
    breaker({ window: countWindow(1), tripper: failureStreak(5) }) // a streak needs no window
    breaker({ timeoutMs: 1_000, probeLeaseMs: 1_000 })
    backoff({ initialMs: 10, maxMs: 10, multiplier: 1, jitter: 1 })
    rampUp({ from: 1, to: 1, durationMs: 1 })
  })
})

test('a value that cannot be shown whole is shown all the same', () => {
  const circle: { self?: object } = {}
  circle.self = circle
  const hostile = {
    get secret() {
      throw new Error('no')
    },
  }
  for (const name of [circle, hostile, { big: 5n }, Symbol('x')]) {
    expect(errorOf(() => breaker({ name, probes: name })).message).toMatch(
      /^CircuitBreaker: \w+ must be/,
    )
  }
  const { message } = errorOf(() => breaker({ probes: 'x'.repeat(10_000) }))
  expect(message.length).toBeLessThan(200)
})

test('a failed construction tells no listener', () => {
  let attached = 0
  const listeners = [{ onAttach: () => void attached++ }, {}]
  expect(() => breaker({ listeners })).toThrow('listener')
  expect(attached).toBe(0)
})
