/** The exports of `@fluxgate/fleet/tabs`: circuits that the tabs of one origin share. */

export { type TabFleet, type TabFleetOptions, tabFleet } from './tab-fleet.ts'
export type { TabChannel, TabLocks, TabScope } from './tab-scope.ts'
