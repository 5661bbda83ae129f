import { Unproxied } from '../internal/unproxied.ts'
import {
  check,
  checkFunction,
  checkMethods,
  checkObject,
  checkOptions,
} from '../internal/validation.ts'
import { summarizeError } from '../model/error-summary.ts'
import type { Metrics } from '../model/metrics.ts'
import type { Cause, Signal } from '../model/signal.ts'
import { type State, stateNames } from '../model/state.ts'
import type { ListenerObject } from './listener.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The methods that are used of `console`, pino, winston and most other loggers. */
export type Logger = Readonly<Partial<Record<LogLevel, (line: string) => void>>>

/** A signal as data: what a logger receives with the option `structured`. */
export interface LogRecord {
  readonly circuitName: string
  readonly oldState: State
  readonly newState: State
  readonly cause: Cause
  readonly reason: string
  readonly metrics: Metrics
  /** Unix ms of the next probe. */
  readonly retryAt?: number
  /** What opened the circuit. */
  readonly error?: LoggedError
}

/** The parts of an error that are logged. They contain no stack and no properties of a client. */
export interface LoggedError {
  readonly name: string
  /** Cut to 200 characters. */
  readonly message: string
  readonly code?: string | number
}

/** Options of a {@link LogListener}. */
export interface LogListenerOptions {
  /** Default `console`. */
  readonly logger?: Logger | undefined
  /** Level for each new state. Default: `warn` for open and forced_open, `info` for the rest. */
  readonly levels?: Readonly<Partial<Record<State, LogLevel | undefined>>> | undefined
  /**
   * Passes each signal as data too, in the form of the logger: `pino` calls `warn(record, line)`,
   * which Fastify and bunyan also accept; `winston` calls `warn({ message: line, ...record })`.
   * Default: the line only.
   */
  readonly structured?: 'pino' | 'winston' | undefined
  /** Formats a signal. Default {@link formatSignal}. Control characters are escaped afterwards. */
  readonly format?: ((signal: Signal) => string) | undefined
}

/**
 * Logs one line per signal, or one record with `structured`.
 *
 * @throws TypeError when an option is invalid, or when the logger lacks a method for a level in use
 * @example
 * const log = new LogListener({ logger: pino(), structured: 'pino' })
 * new CircuitBreaker({ name: 'payments', listeners: [log] })
 * // payments: closed -> open: failure rate 62 % ≥ 50 % over 21 calls; next probe 2026-11-22T09:30:00.000Z
 */
export class LogListener extends Unproxied implements ListenerObject {
  readonly #logger: Logger
  readonly #levels: Readonly<Partial<Record<State, LogLevel | undefined>>>
  readonly #format: (signal: Signal) => string
  readonly #structured: 'pino' | 'winston' | undefined

  constructor(options: LogListenerOptions = {}) {
    super()
    checkOptions('LogListener', options, {
      logger: checkObject,
      levels: checkLevels,
      structured: checkStructured,
      format: checkFunction,
    })
    const { logger = console, levels = {}, structured, format = formatSignal } = options
    const { open = 'warn', forced_open = 'warn' } = levels
    this.#levels = { ...levels, open, forced_open }
    checkMethods('info')('LogListener: logger', logger)
    for (const level of Object.values(this.#levels)) {
      if (level !== undefined) checkMethods(level)('LogListener: logger', logger)
    }
    this.#logger = logger
    this.#format = format
    this.#structured = structured
  }

  onSignal(signal: Signal): void {
    // called as a method of the logger
    const logger = this.#logger as Record<LogLevel, (...args: unknown[]) => void>
    const level = this.#levels[signal.newState] ?? 'info'
    const line = oneLine(this.#format(signal))
    if (this.#structured === 'pino') logger[level](recordOf(signal), line)
    // not as a second argument: winston would insert it for a placeholder in the line
    else if (this.#structured === 'winston') logger[level]({ ...recordOf(signal), message: line })
    else logger[level](line)
  }
}

function checkStructured(option: string, value: unknown): void {
  check(value === 'pino' || value === 'winston', option, "'pino' or 'winston'", value)
}

function checkLevels(option: string, levels: unknown): void {
  const checks = stateNames.map((state) => [state, checkLevel])
  checkOptions(option, levels, Object.fromEntries(checks))
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
  const error = errorOf(signal)
  const code = error?.code === undefined ? '' : ` (${error.code})`
  const last = error === undefined ? '' : `; last error ${error.name}${code}: ${error.message}`
  return `${circuitName}: ${transition}: ${reason}${last}${next}`
}

function recordOf(signal: Signal): LogRecord {
  const { circuitName, oldState, newState, cause, reason, metrics, retryAt } = signal
  const error = errorOf(signal)
  return {
    circuitName,
    oldState,
    newState,
    cause,
    reason,
    metrics,
    ...(retryAt !== undefined && { retryAt }),
    ...(error !== undefined && { error }),
  }
}

const MAX_MESSAGE = 200

function errorOf({ error }: Signal): LoggedError | undefined {
  if (error === undefined) return undefined
  const { status: _, ...logged } = summarizeError(error, cut)
  return logged
}

function cut(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text
}

// A name or reason from an untrusted source must not start a log line of its own.
function oneLine(text: string): string {
  const escaped = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped)
}
