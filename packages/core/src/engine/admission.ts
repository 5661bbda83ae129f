import { callOrDefault } from '../internal/error-handler.ts'
import { booleanResult } from '../internal/policy-result.ts'
import type { Admission, CircuitState, HalfOpen, Probe } from './circuit-state.ts'
import { begin, dueTransition, halfOpenElapsedMs, type MachinePolicy } from './machine.ts'

// Which calls a state admits, and whose results are stale. Reads no clock, like the machine.

/** Admits a call, or returns undefined. Permits draw from `random`. */
export function admit(
  state: CircuitState,
  now: number,
  policy: MachinePolicy,
  random: () => number,
): Admission | undefined {
  if (!admits(state, now, policy, random)) return undefined
  if (state.kind !== 'half_open' || state.healthy) return state
  const { leases } = state
  for (const probe of leases) if (now >= probe.expiresAt) leases.delete(probe)
  const probe = { kind: 'probe', epoch: state, expiresAt: now + policy.probeLeaseMs } as const
  leases.add(probe)
  return probe
}

/** Whether `admit` would admit a call, assuming `random()` returns 0. Changes nothing. */
export function wouldAdmit(state: CircuitState, now: number, policy: MachinePolicy): boolean {
  const due = dueTransition(state, now, policy)
  const entry = { now, since: 0, reopens: state.reopens, delayMs: 0, error: undefined }
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
  const { healthy, leases, reopens, recorded, succeeded } = state
  const held = [...leases].filter(({ expiresAt }) => now < expiresAt).length
  if (!healthy && held + recorded >= policy.probes) return false
  const elapsedMs = halfOpenElapsedMs(state, now)
  return callOrDefault(policy, 'permit', true, () =>
    booleanResult(
      'permit: test',
      policy.permit.test({ elapsedMs, reopens, recorded, succeeded, random }),
    ),
  )
}

/** Frees the slot of a settled call. Returns false when its result is stale. */
export function releaseSlot(admission: Admission, current: CircuitState, now: number): boolean {
  return admission.kind === 'probe' ? releaseProbe(admission, current, now) : admission === current
}

function releaseProbe(probe: Probe, current: CircuitState, now: number): boolean {
  return probe.epoch.leases.delete(probe) && probe.epoch === current && now < probe.expiresAt
}
