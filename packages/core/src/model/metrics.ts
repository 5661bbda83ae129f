/**
 * The recorded calls of a window in numbers. `failureRate` is `undefined` while there are none, and
 * `avgDurationMs` while none was timed.
 */
export interface Metrics {
  /** Recorded calls in the window. */
  readonly total: number
  readonly failures: number
  /** Calls of this epoch that were not counted, aborted ones excepted. They do not leave the window. */
  readonly ignored: number
  /** Sum of the durations of the timed calls, failures included, exact to the microsecond. */
  readonly totalDurationMs: number
  /** Number of consecutive failures up to the last recorded call, also beyond the window. */
  readonly failureStreak: number
  /** `failures / total`, 0 to 1. */
  readonly failureRate?: number | undefined
  /** The mean of the timed calls. Calls are timed only while something uses durations. */
  readonly avgDurationMs?: number | undefined
  /** For each threshold in ms that the rule uses: the number of timed calls that took at least that long. */
  readonly slow: Readonly<Record<number, number>>
}
