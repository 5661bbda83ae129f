import type { Signal, State } from '@fluxgate/core'
import type { Attributes } from './circuit-series.ts'

/** The parts of `@opentelemetry/api-logs` that are used here. */
interface LoggerProvider {
  getLogger(name: string): { emit(record: object): void }
}

/**
 * Where `@opentelemetry/api-logs` keeps the provider of the process, for all of its copies. Reading it
 * here saves a dependency that most programs do not have, and that a bundler could not leave out.
 */
const LOGS_API = Symbol.for('io.opentelemetry.js.api.logs')
const LOGS_API_VERSION = 1

const INFO = { severityNumber: 9, severityText: 'INFO' }
const WARN = { severityNumber: 13, severityText: 'WARN' }

// A record, so that a new state is a type error here.
const SEVERITIES: Record<State, typeof INFO> = {
  closed: INFO,
  open: WARN,
  half_open: INFO,
  metrics_only: INFO,
  disabled: INFO,
  forced_open: WARN,
}

/** The largest Unix ms that a Date can represent; beyond it toISOString() throws. */
const MAX_DATE = 8.64e15

/** Emits a log event for a signal. Without a provider of the logs API it has no effect. */
export function logTransition(loggerName: string, signal: Signal, attributes: Attributes): void {
  const { oldState, newState, cause, reason, timestamp, retryAt } = signal
  const isShadow = cause === 'shadow'
  loggerProvider()
    ?.getLogger(loggerName)
    .emit({
      eventName: isShadow ? 'circuit_breaker.shadow_trip' : 'circuit_breaker.state_transition',
      timestamp: new Date(timestamp),
      ...(isShadow ? WARN : SEVERITIES[newState]),
      body: reason,
      attributes: {
        ...attributes,
        old_state: oldState,
        new_state: newState,
        cause,
        ...(retryAt !== undefined &&
          retryAt <= MAX_DATE && { retry_at: new Date(retryAt).toISOString() }),
      },
    })
}

function loggerProvider(): LoggerProvider | undefined {
  const { [LOGS_API]: provider } = globalThis as {
    [LOGS_API]?: (version: number) => LoggerProvider
  }
  return provider?.(LOGS_API_VERSION)
}
