import {
  check,
  checkFunction,
  checkMethods,
  checkObject,
  checkOptions,
} from '../internal/validation.ts'
import type { Signal } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import type { ListenerObject } from './listener.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The methods that are used of `console`, pino, winston and most other loggers. */
export type Logger = Readonly<Partial<Record<LogLevel, (line: string) => void>>>

/** Options of a {@link LogListener}. */
export interface LogListenerOptions {
  /** Default `console`. */
  readonly logger?: Logger | undefined
  /** Level for each new state. Default: `warn` for open and forced_open, `info` for the rest. */
  readonly levels?: Readonly<Partial<Record<State, LogLevel | undefined>>> | undefined
  /** Formats a signal. Default {@link formatSignal}. Control characters are escaped afterwards. */
  readonly format?: ((signal: Signal) => string) | undefined
}

/**
 * Logs one line per signal.
 *
 * @throws TypeError when an option is invalid, or when the logger lacks a method for a level in use
 * @example
 * new CircuitBreaker({ name: 'payments', listeners: [new LogListener({ logger: pino() })] })
 * // payments: closed -> open: failure rate 62 % ≥ 50 % over 21 calls; next probe 2026-11-22T09:30:00.000Z
 */
export class LogListener implements ListenerObject {
  readonly #logger: Logger
  readonly #levels: Readonly<Partial<Record<State, LogLevel | undefined>>>
  readonly #format: (signal: Signal) => string

  constructor(options: LogListenerOptions = {}) {
    checkOptions('LogListener', options, {
      logger: checkObject,
      levels: checkLevels,
      format: checkFunction,
    })
    const { logger = console, levels = {}, format = formatSignal } = options
    const { open = 'warn', forced_open = 'warn' } = levels
    this.#levels = { ...levels, open, forced_open }
    checkMethods('info')('LogListener: logger', logger)
    for (const level of Object.values(this.#levels)) {
      if (level !== undefined) checkMethods(level)('LogListener: logger', logger)
    }
    this.#logger = logger
    this.#format = format
  }

  onSignal(signal: Signal): void {
    this.#logger[this.#levels[signal.newState] ?? 'info']?.(oneLine(this.#format(signal)))
  }
}

function checkLevels(option: string, levels: unknown): void {
  checkOptions(option, levels, {
    closed: checkLevel,
    open: checkLevel,
    half_open: checkLevel,
    metrics_only: checkLevel,
    disabled: checkLevel,
    forced_open: checkLevel,
  })
}

function checkLevel(_: string, level: unknown): void {
  const known = level === 'debug' || level === 'info' || level === 'warn' || level === 'error'
  check(known, 'LogListener: level', 'debug, info, warn or error', level)
}

// The largest Unix ms that a Date can represent; beyond it toISOString() throws.
const MAX_DATE = 8.64e15

/**
 * The default text of a log line.
 *
 * @example
 * formatSignal(signal) // payments: closed -> open: failure rate 62 % ≥ 50 % over 21 calls; next probe 2026-11-22T09:30:00.000Z
 */
export function formatSignal(signal: Signal): string {
  const { circuitName, oldState, newState, cause, reason, retryAt } = signal
  const transition = cause === 'shadow' ? `${newState}, would open` : `${oldState} -> ${newState}`
  const hasDate = retryAt !== undefined && retryAt <= MAX_DATE
  const next = hasDate ? `; next probe ${new Date(retryAt).toISOString()}` : ''
  return `${circuitName}: ${transition}: ${reason}${next}`
}

// A name or reason from an untrusted source must not start a log line of its own.
function oneLine(text: string): string {
  const escaped = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped)
}
