import { callOrDefault, type ErrorSource } from '../internal/error-handler.ts'
import type { Outcome } from '../model/outcome.ts'
import { counted, explainReport, type RuleReport } from '../model/rule-report.ts'
import type { Cause } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import type { Permit } from '../policies/permits.ts'
import type { Rule } from '../policies/rule.ts'
import type { Window } from '../windows/window.ts'
import type { WindowCounts } from '../windows/window-counts.ts'
import type { Admission, CircuitState, HalfOpen, Probe } from './circuit-state.ts'

/** What the machine goes by. A rule that throws does not trip, a permit that throws admits. */
export interface MachinePolicy {
  readonly window: Window
  readonly slowThresholdsMs: readonly number[]
  readonly tripper: Rule
  readonly permit: Permit
  readonly probes: number
  readonly probeLeaseMs: number
  report(error: unknown, source: ErrorSource): void
}

/** A transition that is due. In metrics_only `to` is where the circuit is: a shadow verdict. */
export interface Transition {
  readonly to: State
  readonly cause: Cause
  readonly reason: string
  readonly report?: RuleReport
}

/** The circumstances in which a new epoch begins. */
export interface Entry {
  /** Monotonic ms. */
  readonly now: number
  /** Unix ms. */
  readonly since: number
  readonly reopens: number
  /** Only for open: milliseconds until it may probe. */
  readonly delayMs: number
  /** Only for open and half_open: the error that opened the circuit. */
  readonly error: unknown
}

/** Makes the state that a circuit moves to, with everything in it empty. */
export function begin(to: State, entry: Entry, policy: MachinePolicy): CircuitState {
  const { now, since, reopens, delayMs, error } = entry
  const epoch = { kind: to, since, reopens, tally: openWindow(to, policy) }
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
    default:
      return { ...epoch, kind: to }
  }
}

/** An empty window, and what is summed up over it, for an epoch of `state`. */
export function openWindow(state: State, policy: MachinePolicy): WindowCounts {
  const { window, slowThresholdsMs, probes } = policy
  return window.open({
    state,
    slowThresholdsMs,
    probes: state === 'half_open' ? probes : undefined,
  })
}

/** Opening out of half_open is a reopening; closing starts over, and so does any move by hand. */
export function reopensOn({ kind, reopens }: CircuitState, { to, cause }: Transition): number {
  if (to === 'closed' || cause === 'manual') return 0
  return kind === 'half_open' ? reopens + 1 : reopens
}

/** What time alone brings. Nobody waits for it; the next call asks. */
export function dueTransition(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
): Transition | undefined {
  if (state.kind === 'open' && now >= state.probeAt) {
    return { to: 'half_open', cause: 'retry', reason: 'the retry time has come' }
  }
  if (state.kind !== 'half_open' || !state.healthy) return undefined
  if (
    !callOrDefault(policy, 'permit', true, () =>
      policy.permit.finished(halfOpenElapsedMs(state, now)),
    )
  ) {
    return undefined
  }
  const reason = `${state.succeeded} of ${counted(state.recorded, 'probe')} succeeded`
  return { to: 'closed', cause: 'probes', reason }
}

/** Lets a call in, or not. Chance comes in as `random`. */
export function admit(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
  random: () => number,
): Admission | undefined {
  if (!admits(state, now, policy, random)) return undefined
  if (state.kind !== 'half_open' || state.healthy) return state
  const { leases } = state
  for (const lost of leases) if (now >= lost.expiresAt) leases.delete(lost)
  const probe = { kind: 'probe', epoch: state, expiresAt: now + policy.probeLeaseMs } as const
  leases.add(probe)
  return probe
}

/** Would `admit` let a call in, given luck? Changes nothing. */
export function wouldAdmit(state: CircuitState, now: number, policy: MachinePolicy): boolean {
  const due = dueTransition(state, now, policy)
  const entry = { now, since: 0, reopens: state.reopens, delayMs: 0, error: undefined }
  return admits(due ? begin(due.to, entry, policy) : state, now, policy, () => 0)
}

/** Slots are counted, never waited for; a lease that has run out holds none. */
function admits(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
  random: () => number,
): state is Exclude<Admission, Probe> {
  if (state.kind !== 'half_open') return state.kind !== 'open' && state.kind !== 'forced_open'
  const { healthy, leases, reopens, recorded, succeeded } = state
  const held = [...leases].filter(({ expiresAt }) => now < expiresAt).length
  if (!healthy && held + recorded >= policy.probes) return false
  const elapsedMs = halfOpenElapsedMs(state, now)
  return callOrDefault(policy, 'permit', true, () =>
    policy.permit.test({ elapsedMs, reopens, recorded, succeeded, random }),
  )
}

/** Takes back a settled call's slot; true when its outcome still counts. */
export function releaseSlot(admission: Admission, current: CircuitState, now: number): boolean {
  return admission.kind === 'probe' ? reclaimProbe(admission, current, now) : admission === current
}

function reclaimProbe(probe: Probe, current: CircuitState, now: number): boolean {
  return probe.epoch.leases.delete(probe) && probe.epoch === current && now < probe.expiresAt
}

/** Records the outcome of a call that {@link releaseSlot} found to count, and judges. */
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
  state.tally.record(now, durationMs, failed)
  return trips(state.tally, policy) ? openTransition(state.tally, policy) : undefined
}

// apart from `settle`, which engines inline into the path of every call only while it is short
function settleNotClosed(
  state: CircuitState,
  counts: boolean,
  failed: boolean,
  now: number,
  durationMs: number,
  policy: MachinePolicy,
): Transition | undefined {
  if (!counts || state.kind === 'disabled') return dueTransition(state, now, policy)
  const { tally } = state
  tally.record(now, durationMs, failed)
  if (state.kind === 'half_open') return judge(state, failed, now, policy)
  const tripped = trips(tally, policy)
  if (state.kind !== 'metrics_only') return undefined
  const isNewVerdict = tripped && !state.shadowed
  state.shadowed = tripped
  return isNewVerdict
    ? { ...openTransition(tally, policy), to: 'metrics_only', cause: 'shadow' }
    : undefined
}

/** The verdict of a recorded probe. */
function judge(
  state: HalfOpen,
  failed: boolean,
  now: number,
  policy: MachinePolicy,
): Transition | undefined {
  state.recorded++
  if (!failed) state.succeeded++
  if (trips(state.tally, policy)) return openTransition(state.tally, policy)
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

function openTransition(tally: WindowCounts, policy: MachinePolicy): Transition {
  const report = explain(tally, policy)
  // a report written by hand may be none
  const reason = callOrDefault(policy, 'tripper', 'a rule that cannot say why', () =>
    explainReport(report, tally.total),
  )
  return { to: 'open', cause: 'rule', reason, report }
}

/** What the rule says of `tally`; a rule that throws says no. */
export function explain(tally: WindowCounts, policy: MachinePolicy): RuleReport {
  const silent = { rule: 'a rule that threw', met: false }
  return callOrDefault(policy, 'tripper', silent, () => policy.tripper.explain(tally))
}

function trips(tally: WindowCounts, policy: MachinePolicy): boolean {
  return (
    (!policy.tripper.skipWhileHealthy || tally.hasFailuresOrSlowCalls) && asksToTrip(tally, policy)
  )
}

function asksToTrip(tally: WindowCounts, policy: MachinePolicy): boolean {
  // `answer` written out: it would cost a closure for each call while there is trouble
  try {
    return policy.tripper.test(tally)
  } catch (error) {
    policy.report(error, 'tripper')
    return false
  }
}

/** A clock that steps back brings a ramp to its start, not before it. */
function halfOpenElapsedMs({ startedAt }: HalfOpen, now: number): number {
  return Math.max(0, now - startedAt)
}
