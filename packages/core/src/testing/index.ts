export { type CheckWindowOptions, checkWindow, type RecordedCall } from './check-window.ts'
export { ManualClock } from './manual-clock.ts'
export { seededRandom } from './seeded-random.ts'
