import type { ErrorSource } from './error-handler.ts'
import type { Outcome } from './outcome.ts'
import type { Permit } from './permits.ts'
import type { Rule } from './rule.ts'
import { explainReport, type RuleReport } from './rule-report.ts'
import type { Cause } from './signal.ts'
import type { Admission, CircuitState, HalfOpen, MetricsOnly, Probe } from './state.ts'
import type { State } from './state-name.ts'
import type { Tally } from './tally.ts'
import type { Window } from './windows/window.ts'

/** What the machine goes by. A rule or permit that throws is told to `report`. */
export interface MachinePolicy {
  readonly window: Window
  readonly slowThresholdsMs: readonly number[]
  readonly tripper: Rule
  /** The tripper is never true while no call failed or was slow: it need not be asked. */
  readonly tripsOnlyInTrouble: boolean
  readonly permit: Permit
  readonly probes: number
  readonly probeLeaseMs: number
  report(error: unknown, source: ErrorSource): void
}

/** A transition that is due. In metrics_only `to` is where the circuit is: a shadow verdict. */
export interface Move {
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
  readonly timestamp: number
  readonly manual: boolean
  /** Only for open: milliseconds until it may probe. */
  readonly delayMs: number
  /** Only for open: the error that opened the circuit. */
  readonly error: unknown
}

/** Makes the state that a circuit moves to, with everything in it empty. */
export function begin(
  to: State,
  from: CircuitState | undefined,
  entry: Entry,
  policy: MachinePolicy,
): CircuitState {
  const { now, timestamp: since } = entry
  const reopens = reopensOn(from, entry.manual)
  const tally = (probes?: number) => openTally(to, policy, probes)
  switch (to) {
    case 'closed':
      return { kind: to, since, reopens: 0, tally: tally() }
    case 'open': {
      const { delayMs, error } = entry
      const retryAt = delayMs === Number.POSITIVE_INFINITY ? undefined : since + delayMs
      return { kind: to, since, reopens, probeAt: now + delayMs, retryAt, error }
    }
    case 'half_open':
      return {
        kind: to,
        since,
        reopens,
        startedAt: now,
        tally: tally(policy.probes),
        leases: [],
        recorded: 0,
        succeeded: 0,
        healthy: false,
        error: from?.kind === 'open' ? from.error : undefined,
      }
    case 'metrics_only':
      return { kind: to, since, reopens, tally: tally(), shadowed: false }
    default:
      return { kind: to, since, reopens }
  }
}

/** An empty window, and what is summed up over it, for an epoch of `state`. */
export function openTally(state: State, policy: MachinePolicy, probes?: number): Tally {
  return policy.window.open({ state, slowThresholdsMs: policy.slowThresholdsMs, probes })
}

/** Opening out of half_open is a reopening; any move by hand starts over, as closing does. */
export function reopensOn(from: CircuitState | undefined, manual: boolean): number {
  if (manual || from === undefined) return 0
  return from.kind === 'half_open' ? from.reopens + 1 : from.reopens
}

/** What time alone brings. Nobody waits for it; the next call asks. */
export function elapse(state: CircuitState, now: number, policy: MachinePolicy): Move | undefined {
  if (state.kind === 'open' && now >= state.probeAt) {
    return { to: 'half_open', cause: 'retry', reason: 'the retry time has come' }
  }
  return state.kind === 'half_open' ? closeWhenThrough(state, now, policy) : undefined
}

/** Lets a call in, or not. Chance comes in as `random`. */
export function admit(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
  random: () => number,
): Admission | undefined {
  if (state.kind === 'open' || state.kind === 'forced_open') return undefined
  if (state.kind !== 'half_open') return state
  const { leases } = state
  while (leases[0] !== undefined && now >= leases[0].expiresAt) leases.shift()
  if (!hasRoom(state, now, policy) || !permits(state, now, policy, random)) return undefined
  if (state.healthy) return state
  const probe = { kind: 'probe', epoch: state, expiresAt: now + policy.probeLeaseMs } as const
  leases.push(probe)
  return probe
}

/** Would `admit` let a call in, given luck? Changes nothing. */
export function wouldAdmit(state: CircuitState, now: number, policy: MachinePolicy): boolean {
  const lucky = () => 0
  if (state.kind === 'open') {
    const ramp = { startedAt: now, reopens: state.reopens, recorded: 0, succeeded: 0 }
    return now >= state.probeAt && permits(ramp, now, policy, lucky)
  }
  if (state.kind !== 'half_open') return state.kind !== 'forced_open'
  return (
    closeWhenThrough(state, now, policy) !== undefined ||
    (hasRoom(state, now, policy) && permits(state, now, policy, lucky))
  )
}

/** Takes back a settled call's slot; true when its outcome still counts. */
export function reclaim(admission: Admission, current: CircuitState, now: number): boolean {
  return admission.kind === 'probe' ? reclaimProbe(admission, current, now) : admission === current
}

function reclaimProbe(admission: Probe, current: CircuitState, now: number): boolean {
  const { leases } = admission.epoch
  const index = leases.indexOf(admission)
  if (index >= 0) leases.splice(index, 1)
  return index >= 0 && admission.epoch === current && now < admission.expiresAt
}

/** Records the outcome of a call that {@link reclaim} found to count, and judges. */
export function settle(
  state: CircuitState,
  outcome: Outcome,
  now: number,
  durationMs: number,
  policy: MachinePolicy,
): Move | undefined {
  const failed = outcome === 'failure'
  const counts = failed || outcome === 'success'
  if (state.kind !== 'closed') {
    return settleWatched(state, counts, failed, now, durationMs, policy)
  }
  if (!counts) return undefined
  state.tally.record(now, durationMs, failed)
  return trips(state.tally, policy) ? opened(state.tally, policy) : undefined
}

// apart from `settle`, which engines inline into the path of every call only while it is short
function settleWatched(
  state: CircuitState,
  counts: boolean,
  failed: boolean,
  now: number,
  durationMs: number,
  policy: MachinePolicy,
): Move | undefined {
  if (state.kind === 'half_open') {
    return (
      (counts ? settleProbe(state, failed, now, durationMs, policy) : undefined) ??
      closeWhenThrough(state, now, policy)
    )
  }
  if (state.kind !== 'metrics_only' || !counts) return undefined
  state.tally.record(now, durationMs, failed)
  return shadow(state, policy)
}

function settleProbe(
  state: HalfOpen,
  failed: boolean,
  now: number,
  durationMs: number,
  policy: MachinePolicy,
): Move | undefined {
  state.tally.record(now, durationMs, failed)
  state.recorded++
  if (!failed) state.succeeded++
  if (trips(state.tally, policy)) return opened(state.tally, policy)
  if (state.healthy || state.recorded < policy.probes) return undefined
  if (state.succeeded === 0) {
    return { to: 'open', cause: 'probes', reason: `none of ${probesOf(state)} succeeded` }
  }
  state.healthy = true
  return undefined
}

const probesOf = ({ recorded }: HalfOpen) => `${recorded} probe${recorded === 1 ? '' : 's'}`

function closeWhenThrough(state: HalfOpen, now: number, policy: MachinePolicy): Move | undefined {
  if (!state.healthy) return undefined
  if (!orTrue(policy, () => policy.permit.finished(elapsed(state, now)))) return undefined
  const reason = `${state.succeeded} of ${probesOf(state)} succeeded`
  return { to: 'closed', cause: 'probes', reason }
}

function shadow(state: MetricsOnly, policy: MachinePolicy): Move | undefined {
  const was = state.shadowed
  state.shadowed = trips(state.tally, policy)
  if (was || !state.shadowed) return undefined
  return { ...opened(state.tally, policy), to: 'metrics_only', cause: 'shadow' }
}

function opened(tally: Tally, policy: MachinePolicy): Move {
  const report = explain(tally, policy)
  return { to: 'open', cause: 'rule', reason: reasonOf(report, tally, policy), report }
}

/** In words; a report written by hand may be none. */
function reasonOf(report: RuleReport, tally: Tally, policy: MachinePolicy): string {
  try {
    return explainReport(report, tally.total)
  } catch (error) {
    policy.report(error, 'tripper')
    return 'a rule that cannot say why'
  }
}

/** What the rule says of `tally`; a rule that throws says no. */
export function explain(tally: Tally, policy: MachinePolicy): RuleReport {
  try {
    return policy.tripper.explain(tally)
  } catch (error) {
    policy.report(error, 'tripper')
    return { rule: 'a rule that threw', met: false }
  }
}

function trips(tally: Tally, policy: MachinePolicy): boolean {
  return (!policy.tripsOnlyInTrouble || tally.troubled) && asksToTrip(tally, policy)
}

function asksToTrip(tally: Tally, policy: MachinePolicy): boolean {
  try {
    return policy.tripper.test(tally)
  } catch (error) {
    policy.report(error, 'tripper')
    return false
  }
}

/** Slots are counted, never waited for; a lease that has run out holds none. */
function hasRoom({ healthy, leases, recorded }: HalfOpen, now: number, policy: MachinePolicy) {
  if (healthy) return true
  const held = leases.reduce((count, { expiresAt }) => count + (now < expiresAt ? 1 : 0), 0)
  return held + recorded < policy.probes
}

type Ramp = Pick<HalfOpen, 'startedAt' | 'reopens' | 'recorded' | 'succeeded'>

function permits(ramp: Ramp, now: number, policy: MachinePolicy, random: () => number): boolean {
  const { reopens, recorded, succeeded } = ramp
  const elapsedMs = elapsed(ramp, now)
  return orTrue(policy, () =>
    policy.permit.test({ elapsedMs, reopens, recorded, succeeded, random }),
  )
}

/** A clock that steps back brings a ramp to its start, not before it. */
function elapsed({ startedAt }: Pick<Ramp, 'startedAt'>, now: number): number {
  return Math.max(0, now - startedAt)
}

/** A permit that throws restrains nobody. */
function orTrue(policy: MachinePolicy, ask: () => boolean): boolean {
  try {
    return ask()
  } catch (error) {
    policy.report(error, 'permit')
    return true
  }
}
