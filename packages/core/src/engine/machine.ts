import { callOrDefault, reportError } from '../internal/error-handler.ts'
import { booleanResult } from '../internal/policy-result.ts'
import { checkMethods } from '../internal/validation.ts'
import type { ErrorSummary } from '../model/error-summary.ts'
import type { Outcome } from '../model/outcome.ts'
import { counted } from '../model/rule-report.ts'
import type { State } from '../model/state.ts'
import { NO_THRESHOLDS } from '../policies/rule.ts'
import { countWindow } from '../windows/count-window.ts'
import { WindowCounts } from '../windows/window-counts.ts'
import type { CircuitState, HalfOpen, MetricsOnly, Origin } from './circuit-state.ts'
import { evaluate } from './evaluate.ts'
import type { MachinePolicy, Transition } from './machine-policy.ts'

// The transitions of a circuit, as functions of the state, the time `now` (monotonic ms) and the
// policy. They read no clock, draw no random number and call no listener. The compiler
// reports each `switch` over states when a state is added.

/** Timers fire up to 1 ms early, so a circuit is due that much before its `probeAt`. */
const EARLY_MS = 1

/** The data with which a state begins. */
export interface Entry extends Origin {
  /** Monotonic ms. */
  readonly now: number
  /** Only for open: milliseconds until the next probe. */
  readonly delayMs?: number
  /** Only for open and half_open: the error that opened the circuit. */
  readonly openedBy?: ErrorSummary | undefined
}

/** Creates a state with an empty window. */
export function begin(to: State, entry: Entry, policy: MachinePolicy): CircuitState {
  const { now, delayMs = 0, openedBy, since, reopens, reason, cause, report } = entry
  const window = openWindow(to, policy)
  const epoch = { since, reopens, reason, cause, report, window }
  switch (to) {
    case 'open': {
      const retryAt = delayMs === Infinity ? undefined : since + delayMs
      return { ...epoch, kind: to, probeAt: now + delayMs, retryAt, openedBy }
    }
    case 'half_open':
      return {
        ...epoch,
        kind: to,
        startedAt: now,
        leases: new Set(),
        budget: policy.probes,
        growths: 0,
        rejections: new WeakSet(),
        recorded: 0,
        succeeded: 0,
        healthy: false,
        openedBy,
      }
    // Stryker disable next-line ConditionalExpression: `undefined` has the same effect as `shadowed: false`
    case 'metrics_only':
      return { ...epoch, kind: to, shadowed: false }
    case 'closed':
    case 'disabled':
    case 'forced_open':
      // no spread: with 10,000 circuits, V8 would be four times slower to add the handlers of the calls
      // before the first transition, three members are undefined: an idle circuit is smaller without them
      // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator: members that are undefined have the same effect
      if (cause === undefined && reason === undefined) return { since, reopens, window, kind: to }
      return { since, reopens, reason, cause, report, window, kind: to }
  }
}

/** Creates the empty window of an epoch of `state`. One that cannot be opened is replaced. */
export function openWindow(state: State, policy: MachinePolicy): WindowCounts {
  const { name: circuitName, window, tripper } = policy
  const { slowThresholdsMs = NO_THRESHOLDS } = tripper
  const probes = state === 'half_open' ? policy.probes : undefined
  const options = { circuitName, state, slowThresholdsMs, probes, reporter: policy }
  try {
    const counts = window.open(options)
    // Stryker disable next-line ConditionalExpression: an optimization; instances have the methods
    if (!(counts instanceof WindowCounts)) checkCounts('window: what open returns', counts)
    return counts
  } catch (error) {
    reportError(policy, error, 'window')
    return countWindow(100).open(options)
  }
}

const checkCounts = checkMethods('record', 'expire', 'metrics')

/** The `reopens` of the next state. Closing resets it, and so do manual transitions except to probe. */
export function reopensOn({ kind, reopens }: CircuitState, { to, cause }: Transition): number {
  if (cause === 'manual') return kind === 'open' && to === 'half_open' ? reopens : 0
  if (to === 'closed') return 0
  return kind === 'half_open' ? Math.min(reopens + 1, Number.MAX_SAFE_INTEGER) : reopens
}

/** The transition that the passing of time causes. It happens when the next call comes. */
export function dueTransition(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
): Transition | undefined {
  switch (state.kind) {
    case 'open':
      return now >= state.probeAt - EARLY_MS
        ? { to: 'half_open', cause: 'retry', reason: 'retry time reached' }
        : undefined
    case 'half_open':
      return state.healthy ? dueClosing(state, now, policy) : undefined
    // Stryker disable StringLiteral,ConditionalExpression: labels for the compiler; other states give undefined too
    case 'closed':
    case 'metrics_only':
    case 'disabled':
    case 'forced_open':
      // Stryker restore StringLiteral,ConditionalExpression
      return undefined
  }
}

function dueClosing(state: HalfOpen, now: number, policy: MachinePolicy): Transition | undefined {
  if (!rampFinished(halfOpenElapsedMs(state, now), policy)) return undefined
  const reason = `${state.succeeded} of ${counted(state.recorded, 'probe')} succeeded`
  return { to: 'closed', cause: 'probes', reason }
}

/** Whether the ramp of the permit is over, or it has none. */
export function rampFinished(elapsedMs: number, policy: MachinePolicy): boolean {
  return callOrDefault(policy, 'permit', true, () =>
    booleanResult('permit: finished', policy.permit.finished(elapsedMs)),
  )
}

/**
 * Records the outcome of a call and evaluates the rule. Not for stale results.
 *
 * @param durationMs undefined for a call that was not timed
 * @param error what the call threw, for the rule; undefined for a result
 */
export function settle(
  state: CircuitState,
  outcome: Outcome,
  now: number,
  durationMs: number | undefined,
  policy: MachinePolicy,
  error: unknown,
): Transition | undefined {
  // Stryker disable next-line ConditionalExpression,StringLiteral: an optimization; settleOther compares again
  const failed = outcome === 'failure'
  // Stryker disable next-line ConditionalExpression,LogicalOperator,StringLiteral: an optimization; settleOther does the same
  if (state.kind !== 'closed' || !(failed || outcome === 'success')) {
    return settleOther(state, outcome, now, durationMs, policy, error)
  }
  state.window.record(now, durationMs, failed)
  return evaluate(state.window, policy, error)
}

// Separate from `settle`: engines inline `settle` into the path of every call only while it is short.
function settleOther(
  state: CircuitState,
  outcome: Outcome,
  now: number,
  durationMs: number | undefined,
  policy: MachinePolicy,
  error: unknown,
): Transition | undefined {
  const failed = outcome === 'failure'
  const counts = failed || outcome === 'success'
  switch (state.kind) {
    case 'closed':
    case 'half_open':
    case 'metrics_only':
      if (counts) state.window.record(now, durationMs, failed)
      else if (outcome === 'ignored') state.window.ignore()
      break
    case 'disabled':
    // Stryker disable StringLiteral,ConditionalExpression: labels for the compiler; no call settles in these states
    case 'open':
    case 'forced_open':
      return undefined // disabled records nothing; the other two admit no call that could settle
    default:
      // Stryker restore StringLiteral,ConditionalExpression
      return state satisfies never // without it a new state would record nothing, unnoticed
  }
  if (!counts) return dueTransition(state, now, policy)
  return state.kind === 'half_open'
    ? judgeProbe(state, failed, now, policy, error)
    : judge(state, policy, error)
}

/** Evaluates the rule for the calls that are in the window, after a call that threw `error`. */
export function judge(
  state: CircuitState,
  policy: MachinePolicy,
  error?: unknown,
): Transition | undefined {
  switch (state.kind) {
    case 'closed':
    case 'half_open':
      return evaluate(state.window, policy, error)
    case 'metrics_only':
      return shadowTransition(state, policy, error)
    // Stryker disable StringLiteral,ConditionalExpression: labels for the compiler; other states give undefined too
    case 'disabled':
    case 'open':
    case 'forced_open':
      // Stryker restore StringLiteral,ConditionalExpression
      return undefined
  }
}

function judgeProbe(
  state: HalfOpen,
  failed: boolean,
  now: number,
  policy: MachinePolicy,
  error: unknown,
): Transition | undefined {
  state.recorded++
  if (!failed) state.succeeded++
  const transition = evaluate(state.window, policy, error)
  if (transition !== undefined) return transition
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
function shadowTransition(
  state: MetricsOnly,
  policy: MachinePolicy,
  error: unknown,
): Transition | undefined {
  const { shadowed } = state
  const transition = evaluate(state.window, policy, error, shadowed)
  state.shadowed = transition !== undefined
  return shadowed || transition === undefined
    ? undefined
    : { ...transition, to: 'metrics_only', cause: 'shadow' }
}

/** The start of half_open is read after the `now` of the call that caused it. */
export function halfOpenElapsedMs({ startedAt }: HalfOpen, now: number): number {
  return Math.max(0, now - startedAt)
}
