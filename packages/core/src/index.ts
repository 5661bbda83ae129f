/**
 * What `@fluxgate/core` exports, in reading order: the breaker, its options one by one, what it
 * reports, who is notified, and the registry that holds many breakers.
 */

// The breaker and its calls
export { CircuitBreaker } from './circuit-breaker.ts'
export type { BreakerJson } from './model/breaker-json.ts'
export type { CircuitHandle, FlushOptions, TripOptions } from './model/circuit-handle.ts'
export type { BreakerOptions } from './engine/breaker-options.ts'
export type {
  CallContext,
  CallOptions,
  SyncCallOptions,
  TicketOptions,
} from './model/call-options.ts'
export type { Ticket } from './calls/ticket.ts'
export type { Wrap, WrapSync } from './calls/wrap.ts'
export type { State } from './model/state.ts'

// Option `window`: which calls a rule looks at
export { countWindow } from './windows/count-window.ts'
export { timeWindow } from './windows/time-window.ts'
export type { Window } from './windows/window.ts'
export { WindowCounts, type WindowCountsOptions } from './windows/window-counts.ts'

// Options `tracker` and `ignore`: which outcomes are failures, which are not counted
export {
  anyError,
  type ErrorClass,
  errorNamed,
  errorType,
  errorWhere,
  resultWhere,
  type ServiceErrorOptions,
  serviceError,
  type Tracker,
} from './policies/trackers.ts'

// Option `tripper`: the rule that decides when to open
export {
  avgLatency,
  failureCount,
  failureRate,
  failureStreak,
  minRequests,
  slowRate,
  tripWhen,
  whileClosed,
  whileHalfOpen,
} from './policies/trippers.ts'
export type { Rule, RuleContext, Tripper, TripWhenOptions } from './policies/rule.ts'

// Option `retry`: when an open circuit may probe
export {
  type BackoffOptions,
  backoff,
  cooldown,
  type Retry,
  type RetryContext,
  retryAfterMs,
  retryAlways,
  retryNever,
  retryWhen,
} from './policies/retries.ts'

// Option `permit`: which calls may probe
export {
  admitAll,
  admitRandom,
  admitWhen,
  type Permit,
  type PermitContext,
  type RampUpOptions,
  rampUp,
} from './policies/permits.ts'
export type { PolicyJson } from './model/policy-json.ts'

// What a breaker reports
export type { Metrics } from './model/metrics.ts'
export type { Outcome } from './model/outcome.ts'
export type { RuleReport, TripperReport } from './model/rule-report.ts'
export type { CallEvent, Cause, Signal } from './model/signal.ts'
export type { Snapshot } from './model/snapshot.ts'

// Errors
export {
  CallNotPermittedError,
  type RejectionCode,
  type RejectionFields,
  TimeoutError,
} from './model/errors.ts'
export { findRejection, isCallNotPermitted } from './model/find-rejection.ts'
export type { ErrorSummary } from './model/error-summary.ts'
export type { ErrorHandler, ErrorSource } from './internal/error-handler.ts'

// Option `listeners`
export type { Listener, ListenerObject } from './listeners/listener.ts'
export {
  formatSignal,
  type Logger,
  type LogLevel,
  type LoggedError,
  LogListener,
  type LogListenerOptions,
  type LogRecord,
} from './listeners/log-listener.ts'
export {
  WebhookListener,
  type WebhookListenerOptions,
  type WebhookPayload,
} from './listeners/webhook-listener.ts'

// Many breakers
export {
  type CircuitOptions,
  CircuitRegistry,
  type RegistryListener,
  type RegistryOptions,
} from './registry.ts'

// Option `shared`: circuits of several processes or tabs
export type {
  Fleet,
  FleetMember,
  FleetStatus,
  SharedCircuit,
  SharedOptions,
  SharedState,
} from './model/fleet.ts'

// Option `clock`
export type { Clock } from './model/clock.ts'
