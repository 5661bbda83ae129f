/**
 * The recorded calls of a window in numbers. While there are none, `failureRate` and `avgDurationMs`
 * are `undefined`.
 */
export interface Metrics {
  /** Recorded calls in the window. */
  readonly total: number
  readonly failures: number
  /** Calls of this epoch that were not counted, aborted ones excepted. They do not leave the window. */
  readonly ignored: number
  /** Sum of the durations of all recorded calls, failures included, exact to the microsecond. */
  readonly totalDurationMs: number
  /** Number of consecutive failures up to the last recorded call, also beyond the window. */
  readonly failureStreak: number
  /** `failures / total`, 0 to 1. */
  readonly failureRate?: number | undefined
  readonly avgDurationMs?: number | undefined
  /** For each threshold in ms that the rule uses: the number of calls that took at least that long. */
  readonly slow: Readonly<Record<number, number>>
}
