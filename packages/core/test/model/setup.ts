import {
  admitAll,
  admitRandom,
  admitWhen,
  anyError,
  avgLatency,
  type BreakerOptions,
  backoff,
  type Cause,
  cooldown,
  countWindow,
  errorNamed,
  errorType,
  failureCount,
  failureRate,
  failureStreak,
  minRequests,
  type Permit,
  type Retry,
  rampUp,
  resultWhere,
  retryAlways,
  retryNever,
  type Snapshot,
  type State,
  slowRate,
  type Tracker,
  type Tripper,
  timeWindow,
  type Window,
  whileClosed,
  whileHalfOpen,
} from '@fluxgate/core'

/** The configuration of a breaker as data: printed in counterexamples, and shared with the model. */
export interface Setup {
  readonly window: WindowSetup
  readonly tracker: TrackerSetup
  /** Default: errors with the name `AbortError`. */
  readonly ignore?: IgnoreSetup
  readonly rule: RuleSetup
  readonly retry: RetrySetup
  readonly permit: PermitSetup
  readonly probes: number
  readonly probeLeaseMs?: number
  readonly timeoutMs?: number
  readonly deadline?: 'failure' | 'ignore'
  readonly timed?: boolean
  readonly initial?: State | InitialSetup
}

/** The snapshot that a breaker continues, with times relative to its start. */
export interface InitialSetup {
  readonly state: State
  readonly since: number
  readonly retryAt?: number
  readonly reopens: number
  readonly cause: Cause
  readonly reason: string
}

export type WindowSetup =
  | { readonly type: 'count'; readonly size: number }
  | { readonly type: 'time'; readonly durationMs: number; readonly buckets: number }

/**
 * `typed` counts only `Outage`, `untyped` the other errors, `results` every error and `BAD`,
 * `resultsOnly` only `BAD`.
 */
export type TrackerSetup = 'any' | 'typed' | 'untyped' | 'results' | 'resultsOnly'

/** `others` ignores errors with the name `Other` and the result `BAD`. */
type IgnoreSetup = 'nothing' | 'others'

export type RuleSetup =
  | { readonly type: 'minRequests' | 'failureCount' | 'failureStreak'; readonly n: number }
  | { readonly type: 'failureRate'; readonly ratio: number }
  | { readonly type: 'slowRate'; readonly ratio: number; readonly ms: number }
  | { readonly type: 'avgLatency'; readonly ms: number }
  | { readonly type: 'whileClosed' | 'whileHalfOpen' }
  | { readonly type: 'and' | 'or'; readonly left: RuleSetup; readonly right: RuleSetup }
  | { readonly type: 'not'; readonly rule: RuleSetup }

export type RetrySetup =
  | { readonly type: 'retryAlways' | 'retryNever' }
  | { readonly type: 'cooldown'; readonly durationMs: number; readonly jitter: number }
  | {
      readonly type: 'backoff'
      readonly initialMs: number
      readonly multiplier: number
      readonly maxMs: number
      readonly jitter: number
    }

/** `patient` rejects at first, `cautious` after a failure, `early` after a reopening. */
export type PermitSetup =
  | { readonly type: 'all' | 'cautious' | 'early' }
  | { readonly type: 'random'; readonly ratio: number }
  | { readonly type: 'patient'; readonly afterMs: number }
  | {
      readonly type: 'ramp'
      readonly from: number
      readonly to: number
      readonly durationMs: number
    }

/** The error that every tracker of errors counts, but `untyped`. */
export class Outage extends Error {}

/** The name of the error that `others` ignores. */
export const OTHER = 'Other'

/** The result that trackers of results count. */
export const BAD = 'bad'

/** The policies of a setup. */
export function optionsFor(setup: Setup): Omit<BreakerOptions, 'name'> {
  const { probes, probeLeaseMs, timeoutMs, ignore, deadline, timed } = setup
  return {
    window: windowFor(setup.window),
    tracker: trackerFor(setup.tracker),
    tripper: ruleFor(setup.rule),
    retry: retryFor(setup.retry),
    permit: permitFor(setup.permit),
    probes,
    ...(ignore && { ignore: ignoreFor(ignore) }),
    ...(deadline && { deadline }),
    ...(timed !== undefined && { timed }),
    ...(probeLeaseMs !== undefined && { probeLeaseMs }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  }
}

function windowFor(window: WindowSetup): Window {
  return window.type === 'count'
    ? countWindow(window.size)
    : timeWindow(window.durationMs, { buckets: window.buckets })
}

/** The option `initial`, when the breaker starts at `unixOrigin`. */
export function initialFor(
  { initial }: Setup,
  unixOrigin: number,
): State | Partial<Snapshot> | undefined {
  if (initial === undefined || typeof initial === 'string') return initial
  const { since, retryAt, ...rest } = initial
  return {
    ...rest,
    since: unixOrigin + since,
    ...(retryAt !== undefined && { retryAt: unixOrigin + retryAt }),
  }
}

const bad = resultWhere((value) => value === BAD)

function ignoreFor(ignore: IgnoreSetup): Tracker | false {
  return ignore === 'others' && errorNamed(OTHER).or(bad)
}

function trackerFor(tracker: TrackerSetup): Tracker {
  switch (tracker) {
    case 'any':
      return anyError()
    case 'typed':
      return errorType(Outage)
    case 'untyped':
      return errorType(Outage).not()
    case 'results':
      return anyError().or(bad)
    case 'resultsOnly':
      return bad
  }
}

function ruleFor(rule: RuleSetup): Tripper {
  switch (rule.type) {
    case 'minRequests':
      return minRequests(rule.n)
    case 'failureCount':
      return failureCount(rule.n)
    case 'failureStreak':
      return failureStreak(rule.n)
    case 'failureRate':
      return failureRate(rule.ratio)
    case 'slowRate':
      return slowRate(rule.ratio, rule.ms)
    case 'avgLatency':
      return avgLatency(rule.ms)
    case 'whileClosed':
      return whileClosed()
    case 'whileHalfOpen':
      return whileHalfOpen()
    case 'and':
      return ruleFor(rule.left).and(ruleFor(rule.right))
    case 'or':
      return ruleFor(rule.left).or(ruleFor(rule.right))
    case 'not':
      return ruleFor(rule.rule).not()
  }
}

function retryFor(retry: RetrySetup): Retry {
  switch (retry.type) {
    case 'retryAlways':
      return retryAlways()
    case 'retryNever':
      return retryNever()
    case 'cooldown':
      return cooldown(retry.durationMs, { jitter: retry.jitter })
    case 'backoff': {
      const { initialMs, multiplier, maxMs, jitter } = retry
      return backoff({ initialMs, multiplier, maxMs, jitter })
    }
  }
}

function permitFor(permit: PermitSetup): Permit {
  switch (permit.type) {
    case 'all':
      return admitAll()
    case 'random':
      return admitRandom(permit.ratio)
    case 'cautious':
      return admitWhen('cautious', ({ recorded, succeeded }) => recorded === succeeded)
    case 'early':
      return admitWhen('early', ({ reopens }) => reopens === 0)
    case 'patient':
      return admitWhen('patient', ({ elapsedMs }) => elapsedMs >= permit.afterMs)
    case 'ramp': {
      const { from, to, durationMs } = permit
      return rampUp({ from, to, durationMs })
    }
  }
}
