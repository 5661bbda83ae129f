/** The exports of `@fluxgate/fleet`: the parts that all fleets have in common. */

// A fleet and its options
export { createFleet } from './fleet/create-fleet.ts'
export type { FleetOptions } from './fleet/fleet-options.ts'
export type { SharedFleet } from './fleet/shared-fleet.ts'

// A rule over the calls of all instances
export { type FleetWideOptions, fleetWide } from './member/fleet-wide.ts'

// A store of your own
export type { FleetStore, StoreListener } from './store/fleet-store.ts'
export type { Answer, FleetState, Report, ReportEvent, StateUpdate } from './store/message.ts'
export type { FleetRecord } from './store/record.ts'
export { type Applied, applyReport } from './store/transition.ts'
