/** What `@fluxgate/fleet` exports: the parts from which a fleet is made. */

// Write a store of your own
export type { FleetStore, StoreListener } from './store/fleet-store.ts'
export type { Answer, FleetState, News, Report, ReportEvent } from './store/message.ts'
