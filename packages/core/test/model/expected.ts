import type { CallEvent, Cause, Metrics, State } from '@fluxgate/core'
import type { Finding } from './rule-model.ts'

/** What a rejected caller must find on its error. */
export interface Refusal {
  readonly state: State
  readonly retryAt?: number
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

export interface ExpectedSignal {
  readonly oldState: State
  readonly newState: State
  readonly timestamp: number
  readonly cause: Cause
  readonly metrics: Metrics
  readonly retryAt?: number
  /** The rule's leaves, when a rule decided. */
  readonly findings?: readonly Finding[]
}

export type ExpectedEvent = Omit<CallEvent, 'circuitName'>
