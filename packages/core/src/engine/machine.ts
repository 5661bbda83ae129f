import { callOrDefault, type ErrorSource } from '../internal/error-handler.ts'
import { booleanResult } from '../internal/policy-result.ts'
import type { Outcome } from '../model/outcome.ts'
import { counted, explainReport, type RuleReport } from '../model/rule-report.ts'
import type { Cause } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import type { Permit } from '../policies/permits.ts'
import type { Rule } from '../policies/rule.ts'
import type { Window } from '../windows/window.ts'
import type { WindowCounts } from '../windows/window-counts.ts'
import type { CircuitState, Closed, HalfOpen, MetricsOnly } from './circuit-state.ts'

// The transitions of a circuit, as functions of the state, the time `now` (monotonic ms) and the
// policy. They read no clock, draw no random number and call no listener. A `switch` over states has no
// `default`, so that the compiler reports each one when a state is added.

/** The options that decide transitions. A rule that throws is not met; a permit that throws admits. */
export interface MachinePolicy {
  readonly window: Window
  readonly slowThresholdsMs: readonly number[]
  readonly tripper: Rule
  readonly permit: Permit
  readonly probes: number
  readonly probeLeaseMs: number
  report(error: unknown, source: ErrorSource): void
}

/** A transition that is due. For a shadow verdict, `to` is the current state `metrics_only`. */
export interface Transition {
  readonly to: State
  readonly cause: Cause
  readonly reason: string
  readonly report?: RuleReport
}

/** The data with which a state begins. */
export interface Entry {
  /** Monotonic ms. */
  readonly now: number
  /** Unix ms. */
  readonly since: number
  readonly reopens: number
  /** Only for open: milliseconds until the next probe. */
  readonly delayMs: number
  /** Only for open and half_open: the error that opened the circuit. */
  readonly error: unknown
}

/** Creates a state with an empty window. */
export function begin(to: State, entry: Entry, policy: MachinePolicy): CircuitState {
  const { now, since, reopens, delayMs, error } = entry
  const epoch = { since, reopens, window: openWindow(to, policy) }
  switch (to) {
    case 'open': {
      const retryAt = delayMs === Number.POSITIVE_INFINITY ? undefined : since + delayMs
      return { ...epoch, kind: to, probeAt: now + delayMs, retryAt, error }
    }
    case 'half_open':
      return {
        ...epoch,
        kind: to,
        startedAt: now,
        leases: new Set(),
        recorded: 0,
        succeeded: 0,
        healthy: false,
        error,
      }
    case 'metrics_only':
      return { ...epoch, kind: to, shadowed: false }
    case 'closed':
    case 'disabled':
    case 'forced_open':
      return { ...epoch, kind: to }
  }
}

/** Creates the empty window of an epoch of `state`. */
export function openWindow(state: State, policy: MachinePolicy): WindowCounts {
  const { window, slowThresholdsMs, probes } = policy
  return window.open({
    state,
    slowThresholdsMs,
    probes: state === 'half_open' ? probes : undefined,
  })
}

/** The `reopens` of the next state. Closing and manual transitions reset it. */
export function reopensOn({ kind, reopens }: CircuitState, { to, cause }: Transition): number {
  if (to === 'closed' || cause === 'manual') return 0
  return kind === 'half_open' ? reopens + 1 : reopens
}

/** The transition that the passing of time causes. It happens when the next call comes. */
export function dueTransition(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
): Transition | undefined {
  switch (state.kind) {
    case 'open':
      return now >= state.probeAt
        ? { to: 'half_open', cause: 'retry', reason: 'the retry time has come' }
        : undefined
    case 'half_open':
      return state.healthy ? dueClosing(state, now, policy) : undefined
    case 'closed':
    case 'metrics_only':
    case 'disabled':
    case 'forced_open':
      return undefined
  }
}

function dueClosing(state: HalfOpen, now: number, policy: MachinePolicy): Transition | undefined {
  const finished = callOrDefault(policy, 'permit', true, () =>
    booleanResult('permit: finished', policy.permit.finished(halfOpenElapsedMs(state, now))),
  )
  if (!finished) return undefined
  const reason = `${state.succeeded} of ${counted(state.recorded, 'probe')} succeeded`
  return { to: 'closed', cause: 'probes', reason }
}

/** Records the outcome of a call and evaluates the rule. Not for stale results. */
export function settle(
  state: CircuitState,
  outcome: Outcome,
  now: number,
  durationMs: number,
  policy: MachinePolicy,
): Transition | undefined {
  const failed = outcome === 'failure'
  const counts = failed || outcome === 'success'
  if (state.kind !== 'closed') {
    return settleNotClosed(state, counts, failed, now, durationMs, policy)
  }
  if (!counts) return undefined
  state.window.record(now, durationMs, failed)
  return isMet(state.window, policy) ? openTransition(state.window, policy) : undefined
}

// Separate from `settle`: engines inline `settle` into the path of every call only while it is short.
function settleNotClosed(
  state: Exclude<CircuitState, Closed>,
  counts: boolean,
  failed: boolean,
  now: number,
  durationMs: number,
  policy: MachinePolicy,
): Transition | undefined {
  if (!counts) return dueTransition(state, now, policy)
  switch (state.kind) {
    case 'half_open':
      state.window.record(now, durationMs, failed)
      return judgeProbe(state, failed, now, policy)
    case 'metrics_only':
      state.window.record(now, durationMs, failed)
      return shadowTransition(state, policy)
    case 'disabled':
    case 'open':
    case 'forced_open':
      return undefined // disabled records nothing; the other two admit no call that could settle
  }
}

function judgeProbe(
  state: HalfOpen,
  failed: boolean,
  now: number,
  policy: MachinePolicy,
): Transition | undefined {
  state.recorded++
  if (!failed) state.succeeded++
  if (isMet(state.window, policy)) return openTransition(state.window, policy)
  if (!state.healthy && state.recorded >= policy.probes) {
    if (state.succeeded === 0) {
      return {
        to: 'open',
        cause: 'probes',
        reason: `none of ${counted(state.recorded, 'probe')} succeeded`,
      }
    }
    state.healthy = true
  }
  return dueTransition(state, now, policy)
}

/** The shadow verdict, once each time the rule becomes met. */
function shadowTransition(state: MetricsOnly, policy: MachinePolicy): Transition | undefined {
  const met = isMet(state.window, policy)
  const isNewVerdict = met && !state.shadowed
  state.shadowed = met
  return isNewVerdict
    ? { ...openTransition(state.window, policy), to: 'metrics_only', cause: 'shadow' }
    : undefined
}

function openTransition(window: WindowCounts, policy: MachinePolicy): Transition {
  const report = explain(window, policy)
  // the report of a rule written by hand may be malformed
  const reason = callOrDefault(policy, 'tripper', 'a rule that cannot say why', () =>
    explainReport(report, window.total),
  )
  return { to: 'open', cause: 'rule', reason, report }
}

/** The report of the rule for `window`. When the rule throws, the report says that it is not met. */
export function explain(window: WindowCounts, policy: MachinePolicy): RuleReport {
  const fallback = { rule: 'a rule that threw', met: false }
  return callOrDefault(policy, 'tripper', fallback, () => policy.tripper.explain(window))
}

function isMet(window: WindowCounts, policy: MachinePolicy): boolean {
  const { skipWhileHealthy } = policy.tripper
  return (!skipWhileHealthy || window.hasFailuresOrSlowCalls) && testRule(window, policy)
}

function testRule(window: WindowCounts, policy: MachinePolicy): boolean {
  // not `callOrDefault`, which would allocate a closure for every call during an outage
  try {
    return booleanResult('tripper: test', policy.tripper.test(window))
  } catch (error) {
    policy.report(error, 'tripper')
    return false
  }
}

/** When the clock steps back, a ramp restarts; it never begins before its start. */
export function halfOpenElapsedMs({ startedAt }: HalfOpen, now: number): number {
  return Math.max(0, now - startedAt)
}
