import type { PolicyJson } from '../model/policy-json.ts'
import type { WindowCounts, WindowCountsOptions } from './window-counts.ts'

/** Which calls a circuit remembers. A value: frozen, shared freely; the breaker owns the tally. */
export interface Window {
  /** The most calls it can hold; `Infinity` for windows of time. */
  readonly capacity: number
  /** Starts an empty tally, in which every operation is O(1) whatever the size of the window. */
  open(options: WindowCountsOptions): WindowCounts
  toJSON(): PolicyJson
}
