import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { Signal } from '../model/signal.ts'
import { cooldown, retryNever } from '../policies/retries.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import {
  formatSignal,
  type LogLevel,
  LogListener,
  type LogListenerOptions,
} from './log-listener.ts'

/** A circuit whose log lines are recorded with their level. */
function logged(options: LogListenerOptions = {}, name = 'payments') {
  const lines: [LogLevel, string][] = []
  const to = (level: LogLevel) => (line: string) => lines.push([level, line])
  const logger = { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }
  const clock = new ManualClock()
  const errors: unknown[] = []
  const breaker = new CircuitBreaker({
    name,
    retry: cooldown(30_000),
    clock,
    listeners: [new LogListener({ logger, ...options })],
    onError: (error) => errors.push(error),
  })
  return { breaker, clock, errors, lines }
}

describe('LogListener', () => {
  test('uses the default level for a state whose level is undefined', () => {
    const { breaker, lines } = logged({
      levels: { open: undefined, forced_open: undefined, closed: undefined },
    })
    breaker.trip()
    breaker.forceOpen()
    breaker.reset()
    expect(lines.map(([level]) => level)).toEqual(['warn', 'warn', 'info'])
  })

  test('throws for a logger without a method for a level in use', () => {
    const logger = { info: () => {}, warn: () => {} }
    expect(() => new LogListener({ logger })).not.toThrow()
    expect(() => new LogListener({ logger, levels: { open: 'error' } })).toThrow('error()')
  })

  test('throws for an unknown level', () => {
    expect(() => new LogListener({ levels: { open: 'fatal' as never } })).toThrow(
      'LogListener: level must be debug, info, warn or error, got "fatal"',
    )
  })

  test('omits the time of the next probe when a Date cannot represent it', () => {
    const { breaker, clock, errors, lines } = logged()
    breaker.trip({ forMs: Number.MAX_SAFE_INTEGER })
    expect(errors).toEqual([])
    expect(lines).toEqual([['warn', 'payments: closed -> open: tripped manually']])
    breaker.reset()
    breaker.trip({ forMs: 8.64e15 - clock.timestamp() }) // the last date
    expect(lines[2]?.[1]).toMatch(/next probe \+275760-09-13T00:00:00.000Z$/)
  })

  test('escapes every control character and line separator', () => {
    const codes = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code))
    const controls = codes.filter((char) => char < ' ' || char >= '\u007f')
    const breaking = [...controls, '\u2028', '\u2029']
    const { breaker, lines } = logged({ format: () => breaking.join('') })
    breaker.forceOpen()
    const [[, line = ''] = []] = lines
    expect(breaking.filter((char) => line.includes(char))).toEqual([])
    expect(line.match(/\\u[0-9a-f]{4}/g)).toHaveLength(breaking.length)
  })

  test('keeps letters, punctuation and emoji of any language', () => {
    const { breaker, lines } = logged({}, '결제 – paiement “é” 🚦')
    breaker.forceOpen()
    expect(lines[0]?.[1]).toContain('결제 – paiement “é” 🚦: closed')
  })
})

describe('the error of a signal', () => {
  const signalOf = (error: unknown) => {
    const signals: Signal[] = []
    const breaker = new CircuitBreaker({
      name: 'payments',
      retry: retryNever(),
      listeners: [(signal) => void signals.push(signal)],
    })
    breaker.trip({ reason: 'failure rate' })
    return Object.defineProperty({ ...signals[0] }, 'error', { value: error }) as Signal
  }
  const start = 'payments: closed -> open: failure rate; last error '
  const hostile = {
    get name() {
      throw new Error('no name')
    },
  }

  test.each([
    [new TypeError('fetch failed'), 'TypeError: fetch failed'],
    [
      Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
      'Error (ECONNREFUSED): refused',
    ],
    [Object.assign(new Error('x'.repeat(1_000)), { code: 7 }), `Error (7): ${'x'.repeat(199)}…`],
    ['down', 'Error: down'],
    [null, 'Error: null'],
    [{}, 'Error: '],
    [hostile, 'Error: '],
  ])('is in the line (%#)', (error, text) => {
    expect(formatSignal(signalOf(error))).toBe(start + text)
  })

  test('is in the record with name, message and code only', () => {
    const records: unknown[] = []
    const logger = { info: () => {}, warn: (record: unknown) => void records.push(record) }
    const request = { headers: { authorization: 'Bearer secret' } }
    const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', request })
    const signal = signalOf(error)
    new LogListener({ logger, structured: 'pino' }).onSignal(signal)
    expect(records).toEqual([
      {
        circuitName: 'payments',
        oldState: 'closed',
        newState: 'open',
        cause: 'manual',
        reason: 'failure rate',
        metrics: signal.metrics,
        error: { name: 'Error', message: 'refused', code: 'ECONNREFUSED' },
      },
    ])
  })
})

test('throws for an unknown structure', () => {
  expect(() => new LogListener({ structured: 'bunyan' as never })).toThrow(
    "LogListener: structured must be 'pino' or 'winston', got \"bunyan\"",
  )
})

test('formatSignal returns the line without escaping it', () => {
  const signals: Signal[] = []
  const breaker = new CircuitBreaker({
    name: 'a\nb',
    retry: retryNever(),
    listeners: [(signal) => void signals.push(signal)],
  })
  breaker.trip()
  expect(signals.map(formatSignal)).toEqual(['a\nb: closed -> open: tripped manually'])
})
