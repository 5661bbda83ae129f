import type { Signal } from '../signal.ts'
import type { State } from '../state-name.ts'
import { check, checkFunction, checkMethods, checkOptions } from '../validation.ts'
import type { ListenerObject } from './listener.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What console, pino, winston and most other loggers have. */
export type Logger = Readonly<Partial<Record<LogLevel, (line: string) => void>>>

/** Options of a {@link LogListener}. */
export interface LogListenerOptions {
  /** Default `console`. */
  readonly logger?: Logger
  /** Level per new state. Default `warn` for open and forced_open, `info` for the rest. */
  readonly levels?: Readonly<Partial<Record<State, LogLevel>>>
  /** Makes the line. Default {@link formatSignal}. */
  readonly format?: (signal: Signal) => string
}

/**
 * Logs one line per signal.
 *
 * @throws TypeError when an option is wrong, also when the logger lacks a level that is needed
 * @example
 * new CircuitBreaker({ name: 'payments', listeners: [new LogListener({ logger: pino() })] })
 * // payments: closed -> open: failure rate 62 % ≥ 50 % over 21 calls; next probe 2026-11-22T09:30:00.000Z
 */
export class LogListener implements ListenerObject {
  readonly #logger: Logger
  readonly #levels: Readonly<Partial<Record<State, LogLevel>>>
  readonly #format: (signal: Signal) => string

  constructor(options: LogListenerOptions = {}) {
    checkOptions('LogListener', options, ['logger', 'levels', 'format'])
    const { logger = console, levels = {}, format = formatSignal } = options
    checkOptions('LogListener: levels', levels, [
      'closed',
      'open',
      'half_open',
      'metrics_only',
      'disabled',
      'forced_open',
    ])
    this.#levels = { open: 'warn', forced_open: 'warn', ...levels }
    for (const level of ['info', ...Object.values(this.#levels)]) {
      check(
        level === 'debug' || level === 'info' || level === 'warn' || level === 'error',
        'LogListener: level',
        'debug, info, warn or error',
        level,
      )
      checkMethods('LogListener: logger', logger, level)
    }
    checkFunction('LogListener: format', format)
    this.#logger = logger
    this.#format = format
  }

  onSignal(signal: Signal): void {
    this.#logger[this.#levels[signal.newState] ?? 'info']?.(oneLine(this.#format(signal)))
  }
}

// the last Unix ms that a Date can say
const LAST_DATE = 8.64e15

/** `payments: closed -> open: failure rate 62 % ≥ 50 % over 21 calls; next probe 2026-…Z` */
export function formatSignal(signal: Signal): string {
  const { circuitName, oldState, newState, cause, reason, retryAt } = signal
  const move = cause === 'shadow' ? `${newState}, would open` : `${oldState} -> ${newState}`
  const dated = retryAt !== undefined && retryAt <= LAST_DATE
  const next = dated ? `; next probe ${new Date(retryAt).toISOString()}` : ''
  return `${circuitName}: ${move}: ${reason}${next}`
}

// a name or reason from outside must not be able to write a log line of its own
function oneLine(text: string): string {
  const written = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, written)
}
