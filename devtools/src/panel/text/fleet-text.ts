import type { FleetStatus, State } from '@fluxgate/core'
import { counted } from './measure-text.ts'

const fleetStates: Readonly<Record<FleetStatus['state'], string>> = {
  closed: 'closed',
  open: 'open',
  recovering: 'recovering',
  forced_open: 'forced open',
  disabled: 'disabled',
  metrics_only: 'metrics only',
}

const expected: Readonly<Record<FleetStatus['state'], readonly State[]>> = {
  closed: ['closed'],
  open: ['open', 'half_open'],
  recovering: ['half_open', 'closed'],
  forced_open: ['forced_open'],
  disabled: ['disabled'],
  metrics_only: ['metrics_only'],
}

const probers: Readonly<Record<FleetStatus['prober'], string>> = {
  this: ' This instance probes for all.',
  other: ' Another instance probes for all.',
  none: '',
}

/** The fleet status of a shared circuit that is in `state`, as sentences. */
export function fleetText(fleet: FleetStatus, state: State): string {
  const { reachable, reporters = 0, instances, prober } = fleet
  if (!reachable) return 'Shared, but the store does not answer: this instance is alone.'
  const differs = !expected[fleet.state].includes(state)
  const others = differs ? `The fleet is ${fleetStates[fleet.state]}; this instance differs.` : ''
  // tabs are not counted
  const by = instances === undefined ? '' : ` by ${counted(instances, 'instance')}`
  const shared = `Shared${by}: ${fleetStates[fleet.state]}.`
  const reports =
    reporters > 0 ? ` ${counted(reporters, 'instance')} reported a failing service.` : ''
  return `${others || shared}${reports}${probers[prober]}`
}
