import { afterEach, describe, expect, test, vi } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { Signal } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import { cooldown, retryNever } from '../policies/retries.ts'
import { failureStreak } from '../policies/trippers.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import {
  formatSignal,
  type LogLevel,
  LogListener,
  type LogListenerOptions,
} from './log-listener.ts'

/** A logger that remembers, and a circuit that tells it. */
function logged(options: LogListenerOptions = {}, name = 'payments') {
  const lines: [LogLevel, string][] = []
  const to = (level: LogLevel) => (line: string) => lines.push([level, line])
  const logger = { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }
  const clock = new ManualClock()
  const errors: unknown[] = []
  const breaker = new CircuitBreaker({
    name,
    tripper: failureStreak(1),
    retry: cooldown(30_000),
    probes: 1,
    clock,
    listeners: [new LogListener({ logger, ...options })],
    onError: (error) => errors.push(error),
  })
  const fail = () => breaker.acquire().failure(new Error('down'))
  return { breaker, clock, errors, fail, lines, logger }
}

describe('a LogListener', () => {
  test('writes one line per signal, a warning where calls are rejected from then on', () => {
    const { breaker, clock, fail, lines } = logged()
    fail()
    clock.advance(30_000)
    breaker.acquire().success()
    breaker.forceOpen()
    breaker.disable()
    breaker.metricsOnly()
    breaker.reset()
    breaker.trip({ reason: 'maintenance' })
    expect(lines).toEqual([
      [
        'warn',
        'payments: closed -> open: failure streak 1 ≥ 1 over 1 call; next probe 2026-01-01T00:00:30.000Z',
      ],
      ['info', 'payments: open -> half_open: the retry time has come'],
      ['info', 'payments: half_open -> closed: 1 of 1 probe succeeded'],
      ['warn', 'payments: closed -> forced_open: forced open by hand'],
      ['info', 'payments: forced_open -> disabled: disabled by hand'],
      ['info', 'payments: disabled -> metrics_only: set to metrics only by hand'],
      ['info', 'payments: metrics_only -> closed: reset by hand'],
      ['warn', 'payments: closed -> open: maintenance; next probe 2026-01-01T00:01:00.000Z'],
    ])
  })

  test('says of a shadow verdict that nothing happened', () => {
    const { breaker, fail, lines } = logged()
    breaker.metricsOnly()
    fail()
    expect(lines[1]).toEqual([
      'info',
      'payments: metrics_only, would open: failure streak 1 ≥ 1 over 1 call',
    ])
  })

  test.each<[State, LogLevel, (breaker: CircuitBreaker) => void]>([
    ['open', 'error', (breaker) => breaker.trip()],
    ['forced_open', 'debug', (breaker) => breaker.forceOpen()],
    ['disabled', 'warn', (breaker) => breaker.disable()],
    ['metrics_only', 'error', (breaker) => breaker.metricsOnly()],
  ])('logs %s at the level it is told to, and leaves the rest', (state, level, move) => {
    const { breaker, lines } = logged({ levels: { [state]: level } })
    move(breaker)
    breaker.reset()
    expect(lines.map(([at]) => at)).toEqual([level, 'info'])
  })

  test('writes what its format says', () => {
    const signals: Signal[] = []
    const format = (signal: Signal) => `${signals.push(signal)}: ${signal.cause}`
    const { breaker, lines } = logged({ format })
    breaker.forceOpen()
    expect(lines).toEqual([['warn', '1: manual']])
    expect(signals[0]).toMatchObject({ circuitName: 'payments', newState: 'forced_open' })
  })

  test('is the default where a config leaves it undefined', () => {
    const { breaker, lines } = logged({ levels: { open: undefined, closed: undefined } })
    breaker.trip()
    breaker.reset()
    expect(lines.map(([at]) => at)).toEqual(['warn', 'info'])
  })

  test('needs no more of a logger than the levels it uses, and keeps its this', () => {
    class Logger {
      readonly lines: string[] = []
      info(line: string): void {
        this.lines.push(line)
      }
      warn(line: string): void {
        this.lines.push(line)
      }
    }
    const logger = new Logger()
    const { breaker } = logged({ logger })
    breaker.forceOpen()
    breaker.reset()
    expect(logger.lines).toHaveLength(2)
    expect(() => new LogListener({ logger: new Logger(), levels: { open: 'error' } })).toThrow(
      'error()',
    )
  })

  test('harms nobody when its logger throws', () => {
    const broken = new Error('disk full')
    const warn = () => {
      throw broken
    }
    const { breaker, errors } = logged({ logger: { info: warn, warn } })
    breaker.forceOpen()
    expect(breaker.state).toBe('forced_open')
    expect(errors).toEqual([broken])
  })

  test('logs an opening whose next probe is beyond all dates', () => {
    const { breaker, clock, errors, lines } = logged()
    breaker.trip({ forMs: Number.MAX_SAFE_INTEGER })
    expect(errors).toEqual([])
    expect(lines).toEqual([['warn', 'payments: closed -> open: tripped by hand']])
    breaker.reset()
    breaker.trip({ forMs: 8.64e15 - clock.timestamp() }) // the last moment that is a date
    expect(lines[2]?.[1]).toMatch(/next probe \+275760-09-13T00:00:00.000Z$/)
  })
})

describe('one line it is', () => {
  const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter(
    (char) => char < ' ' || char >= '\u007f',
  )
  const breaking = [...controls, '\u2028', '\u2029']

  test.each<[string, string]>([
    ['a newline', 'a\npayments: closed -> open'],
    ['a carriage return', 'a\r\nb'],
    ['an ANSI sequence', '\u001b[31mred\u001b[0m'],
    ['an 8-bit control sequence', '\u009b31mred'],
    ['a line separator', 'a\u2028b\u2029c\u0085d'],
    ['every control character', breaking.join('')],
  ])('with %s in a name, a reason or a format', (_what, text) => {
    const { breaker, lines } = logged({}, text)
    breaker.trip({ reason: text })
    const formatted = logged({ format: () => text })
    formatted.breaker.forceOpen()
    const written = [...lines, ...formatted.lines].map(([, line]) => line)
    expect(written).toHaveLength(2)
    for (const line of written) {
      expect(breaking.filter((char) => line.includes(char))).toEqual([])
    }
  })

  test('in which what was escaped can still be read', () => {
    const { breaker, lines } = logged({}, 'a\nb\u001b[31m\u009bc\u2028d')
    breaker.forceOpen()
    expect(lines[0]?.[1]).toBe(
      'a\\u000ab\\u001b[31m\\u009bc\\u2028d: closed -> forced_open: forced open by hand',
    )
  })

  test('in which letters of any language stay what they are', () => {
    const { breaker, lines } = logged({}, '결제 – paiement “é” 🚦')
    breaker.forceOpen()
    expect(lines[0]?.[1]).toContain('결제 – paiement “é” 🚦: closed')
  })
})

describe('without a logger', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('it writes to the console', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const info = vi.spyOn(console, 'info').mockReturnValue()
    const breaker = new CircuitBreaker({ name: 'payments', listeners: [new LogListener()] })
    breaker.forceOpen()
    breaker.reset()
    expect(warn.mock.calls).toEqual([['payments: closed -> forced_open: forced open by hand']])
    expect(info.mock.calls).toEqual([['payments: forced_open -> closed: reset by hand']])
  })
})

test('formatSignal is the line without the escaping, for formats of your own', () => {
  const signals: Signal[] = []
  const breaker = new CircuitBreaker({
    name: 'a',
    retry: retryNever(),
    listeners: [(signal) => void signals.push(signal)],
  })
  breaker.trip()
  expect(signals.map(formatSignal)).toEqual(['a: closed -> open: tripped by hand'])
})
