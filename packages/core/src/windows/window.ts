import type { PolicyJson } from '../policy.ts'

/** Which calls a circuit remembers. A value: frozen, shared freely; the breaker owns the counts. */
export interface Window {
  /** The most calls it can hold; `Infinity` for windows of time. */
  readonly capacity: number
  /** Starts empty counts, told which durations in ms some rule calls slow. */
  open(slowThresholdsMs: readonly number[]): WindowCounts
  toJSON(): PolicyJson
}

/** The running sums over the calls in one window; every operation is O(1) in the window's size. */
export interface WindowCounts {
  readonly total: number
  readonly failures: number
  /** Whole microseconds: sums of integers do not drift, however often calls come and go. */
  readonly durationUs: number
  readonly slow: Readonly<Record<number, number>>
  record(now: number, durationMs: number, failed: boolean): void
  /** Forgets what is too old at `now`; true when that changed a sum. */
  expire(now: number): boolean
}

const none: Record<number, number> = Object.freeze({})

export function zeroSlow(thresholdsMs: readonly number[]): Record<number, number> {
  return thresholdsMs.length === 0 ? none : Object.fromEntries(thresholdsMs.map((ms) => [ms, 0]))
}
