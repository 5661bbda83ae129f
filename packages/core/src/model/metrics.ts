/**
 * What a window holds, as numbers. The two averages are `undefined`, never NaN or -1, while there
 * are no calls.
 */
export interface Metrics {
  /** Recorded calls in the window. */
  readonly total: number
  readonly failures: number
  /** Sum of the durations of all recorded calls, failures too, exact to the microsecond. */
  readonly totalDurationMs: number
  /** Failures in a row, counted back from the last recorded call of this epoch. */
  readonly failureStreak: number
  /** `failures / total`, 0 to 1. */
  readonly failureRate?: number | undefined
  readonly avgDurationMs?: number | undefined
  /** For each threshold in ms that a rule asked for: how many calls took that long or longer. */
  readonly slow: Readonly<Record<number, number>>
}
