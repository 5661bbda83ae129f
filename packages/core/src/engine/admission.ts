import { callOrDefault } from '../internal/error-handler.ts'
import { booleanResult } from '../internal/policy-result.ts'
import { findRejectionIn } from '../model/find-rejection.ts'
import type { Admission, CircuitState, HalfOpen, Probe } from './circuit-state.ts'
import { begin, dueTransition, halfOpenElapsedMs } from './machine.ts'
import type { MachinePolicy } from './machine-policy.ts'

// Which calls a state admits, and whose results are stale. Reads no clock, like the machine.

/**
 * Admits a call, or returns undefined. Permits draw from `random`. The lease of a probe is at least
 * `timeoutMs`, the time limit of the call, when that is finite.
 */
export function admit(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
  random: () => number,
  timeoutMs = 0,
): Admission | undefined {
  if (!admits(state, now, policy, random)) return undefined
  if (state.kind !== 'half_open' || state.healthy) return state
  const { leases, growths } = state
  for (const probe of leases) if (now >= probe.expiresAt) leases.delete(probe)
  const leaseMs = Math.max(policy.probeLeaseMs, Number.isFinite(timeoutMs) ? timeoutMs : 0)
  const probe = { kind: 'probe', epoch: state, expiresAt: now + leaseMs, growths } as const
  leases.add(probe)
  return probe
}

/** Whether `admit` would admit a call, assuming `random()` returns 0. Changes nothing. */
export function wouldAdmit(state: CircuitState, now: number, policy: MachinePolicy): boolean {
  const due = dueTransition(state, now, policy)
  const entry = { now, since: 0, reopens: state.reopens }
  return admits(due ? begin(due.to, entry, policy) : state, now, policy, () => 0)
}

function admits(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
  random: () => number,
): state is Exclude<Admission, Probe> {
  switch (state.kind) {
    case 'closed':
    case 'metrics_only':
    case 'disabled':
      return true
    case 'half_open':
      return admitsProbe(state, now, policy, random)
    case 'open':
    case 'forced_open':
      return false
  }
}

/** Calls over the probe budget are rejected, not queued. An expired lease holds no slot. */
function admitsProbe(
  state: HalfOpen,
  now: number,
  policy: MachinePolicy,
  random: () => number,
): boolean {
  const { healthy, leases, budget, reopens, recorded, succeeded } = state
  const held = [...leases].filter(({ expiresAt }) => now < expiresAt).length
  if (!healthy && held + recorded >= budget) return false
  const elapsedMs = halfOpenElapsedMs(state, now)
  return callOrDefault(policy, 'permit', true, () =>
    booleanResult(
      'permit: test',
      policy.permit.test({ elapsedMs, reopens, recorded, succeeded, random }),
    ),
  )
}

/** Frees the slot of a settled probe. Returns false when its result is stale. */
export function releaseSlot(probe: Probe, current: CircuitState): boolean {
  const { epoch } = probe
  epoch.leases.delete(probe)
  return epoch === current
}

/**
 * Returns whether `error` is a rejection, or wraps one. A probe that ends in a rejection of its own
 * epoch contains another call through the same circuit, which needs a slot too: the budget grows by
 * one, or the circuit would stay half-open for ever.
 *
 * A probe admitted before the last growth does not grow the budget again. Otherwise each of many
 * concurrent callers would, and all of them would reach the service.
 */
export function settleRejection(admission: Admission, error: unknown): boolean {
  if (admission.kind !== 'probe') return findRejectionIn(error) !== undefined
  const { epoch, growths } = admission
  const rejection = findRejectionIn(error, epoch.rejections)
  if (rejection === undefined) return false
  if (growths === epoch.growths && epoch.rejections.has(rejection)) {
    epoch.budget++
    // Stryker disable next-line UpdateOperator: it is only compared with itself
    epoch.growths++
  }
  return true
}
