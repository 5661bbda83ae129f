import type { CallEvent, Cause, Metrics, State } from '@fluxgate/core'
import type { Finding } from './rule-model.ts'

/** The expected properties of a rejection. */
export interface ExpectedRejection {
  readonly state: State
  readonly retryAt?: number
  readonly retryAfterMs?: number
  /** The error that opened the circuit, of which a rejection shows a summary. */
  readonly openedBy?: unknown
}

export interface ExpectedSignal {
  readonly oldState: State
  readonly newState: State
  readonly timestamp: number
  readonly cause: Cause
  readonly metrics: Metrics
  readonly retryAt?: number
  /** The leaves of the report, when a rule decided. */
  readonly findings?: readonly Finding[]
  /** What opened the circuit, or would have. */
  readonly error?: unknown
}

export type ExpectedEvent = Omit<CallEvent, 'circuitName'>
