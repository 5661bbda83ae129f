import type { FleetStore } from '../store/fleet-store.ts'
import type { FleetOptions } from './fleet-options.ts'
import { SharedFleet } from './shared-fleet.ts'

/**
 * Creates a fleet on a store.
 *
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * const fleet = createFleet(new MemoryStore(), { quorum: 2 })
 * const breaker = new CircuitBreaker({ name: 'payments', shared: fleet })
 */
export function createFleet(store: FleetStore, options?: FleetOptions): SharedFleet {
  return new SharedFleet(store, options)
}
