import type { FleetStatus } from '../model/fleet.ts'
import type { Metrics } from '../model/metrics.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { CircuitState } from './circuit-state.ts'

export function snapshotOf(
  state: CircuitState,
  name: string,
  metrics: Metrics,
  permitted: boolean,
  fleet: FleetStatus | undefined,
): Snapshot {
  const { kind, since, reason, cause, report, retryAt, reopens } = state
  return Object.freeze<Snapshot>({
    name,
    state: kind,
    since,
    ...(reason !== undefined && { reason }),
    ...(cause !== undefined && { cause }),
    ...(report !== undefined && { report }),
    ...(retryAt !== undefined && { retryAt }),
    reopens,
    healthy: kind === 'half_open' && state.healthy,
    metrics,
    permitted,
    ...(fleet !== undefined && { fleet }),
  })
}
