import type { PolicyJson } from '../model/policy-json.ts'
import type { WindowCounts, WindowCountsOptions } from './window-counts.ts'

/**
 * Which recorded calls a rule looks at. A window is a frozen value that breakers can share; each
 * epoch of a breaker has its own counts. To write your own, see {@link WindowCounts}.
 */
export interface Window {
  /** The most calls that it can hold; `Infinity` for a window of time. */
  readonly capacity: number
  /**
   * False for a window that does not use `now` in `push` and `evictExpired`. Then the clock is not read
   * for calls that are not timed, and `now` is 0. Default true.
   */
  readonly needsTime?: boolean
  /** Makes empty counts, whose operations are O(1) for any size of the window. */
  open(options: WindowCountsOptions): WindowCounts
  toJSON(): PolicyJson
}
