import type { Fleet, FleetStatus } from '@fluxgate/core'

/** A fleet that only has a status. */
export function stubFleet(status: { reachable: boolean }): Fleet {
  return {
    join: () => ({
      get status(): FleetStatus {
        const { reachable } = status
        return { reachable, state: 'closed', reporters: 0, instances: 1, prober: 'none' }
      },
      mayProbe: () => true,
      recorded: () => {},
      reasonOf: ({ reason }) => reason,
      entered: () => {},
      leave: () => {},
    }),
  }
}
