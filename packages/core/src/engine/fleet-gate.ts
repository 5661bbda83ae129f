import type { FleetMember } from '../model/fleet.ts'
import type { CircuitState } from './circuit-state.ts'
import type { Transition } from './machine-policy.ts'

/** Whether the fleet keeps this instance from probing: another instance does, or will. */
export function heldByFleet(
  state: CircuitState,
  member: FleetMember | undefined,
  asks: boolean,
): boolean {
  return (
    member !== undefined &&
    (state.kind === 'open' || (state.kind === 'half_open' && !state.healthy)) &&
    !member.mayProbe(asks)
  )
}

/** Lets the fleet complete the reason of an opening: it can say that no other instance agrees. */
export function withFleetReason(
  transition: Transition,
  member: FleetMember | undefined,
): Transition {
  const { to, cause, reason } = transition
  if (member === undefined || to !== 'open' || cause !== 'rule') return transition
  return { ...transition, reason: member.reasonToOpen(reason) }
}
