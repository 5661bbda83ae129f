// The breaker

export type { BreakerOptions } from './breaker-options.ts'
export type { CallContext, CallOptions, SyncCallOptions } from './call-options.ts'
export { type BreakerJson, CircuitBreaker } from './circuit-breaker.ts'
// Common ground
export type { Clock } from './clock.ts'
export type { ErrorHandler, ErrorSource } from './error-handler.ts'
export { CallNotPermittedError, isCallNotPermitted, TimeoutError } from './errors.ts'
// Who is told
export type { Listener, ListenerObject } from './listeners/listener.ts'
export {
  formatSignal,
  type Logger,
  type LogLevel,
  LogListener,
  type LogListenerOptions,
} from './listeners/log-listener.ts'
export {
  WebhookListener,
  type WebhookListenerOptions,
  type WebhookPayload,
} from './listeners/webhook-listener.ts'
export type { Metrics } from './metrics.ts'
export type { Outcome } from './outcome.ts'
// Which calls may probe
export {
  admitAll,
  admitRandom,
  admitWhen,
  type Permit,
  type PermitContext,
  type RampUpOptions,
  rampUp,
} from './permits.ts'
export type { PolicyJson } from './policy.ts'
// Many of them
export { CircuitRegistry, type RegistryListener, type RegistryOptions } from './registry.ts'
// When to probe
export {
  always,
  type BackoffOptions,
  backoff,
  cooldown,
  never,
  type Retry,
  type RetryContext,
  retryAfterMs,
  retryWhen,
} from './retries.ts'
export type { Rule, RuleContext, Tripper } from './rule.ts'
export type { RuleReport } from './rule-report.ts'
export type { CallEvent, Cause, Signal } from './signal.ts'
export type { Snapshot } from './snapshot.ts'
export type { State } from './state-name.ts'
export type { Tally, TallyOptions } from './tally.ts'
export type { Ticket } from './ticket.ts'
// What is a failure
export {
  anyError,
  type ErrorClass,
  errorType,
  errorWhere,
  resultWhere,
  type Tracker,
} from './trackers.ts'
// When to open
export {
  avgLatency,
  closed,
  failureRate,
  failureStreak,
  halfOpened,
  minRequests,
  slowRate,
  tripWhen,
} from './trippers.ts'
// What it remembers
export { countWindow } from './windows/count-window.ts'
export { timeWindow } from './windows/time-window.ts'
export type { Window } from './windows/window.ts'
export type { Wrap, WrapSync } from './wrap.ts'
