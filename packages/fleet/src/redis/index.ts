export type { FleetStore } from '../store/fleet-store.ts'
