import { checkCount } from '../internal/validation.ts'
import type { Window } from './window.ts'
import { WindowCounts, type WindowCountsOptions } from './window-counts.ts'

class CountTally extends WindowCounts {
  readonly #size: number
  // A call is its duration in whole µs; a failed one is stored as -1 - µs, so that 0 has a sign too.
  #ring: Float64Array | undefined
  #next = 0

  constructor(size: number, options: WindowCountsOptions) {
    super(options)
    this.#size = size
  }

  protected override push(_now: number, us: number, failed: boolean): void {
    this.#ring ??= new Float64Array(this.#size)
    const ring = this.#ring
    const next = this.#next
    if (this.total === this.#size) {
      const oldest = ring[next] as number
      const oldestFailed = oldest < 0
      this.sum(oldestFailed ? -1 - oldest : oldest, oldestFailed, -1)
    }
    ring[next] = failed ? -1 - us : us
    this.#next = next + 1 === this.#size ? 0 : next + 1
  }

  protected override evictExpired(): boolean {
    return false
  }
}

/**
 * The last `size` calls, whenever they were.
 *
 * O(1) per call whatever the size; 8 bytes a call, allocated at the first one.
 *
 * @param size whole number of calls, 1 to 10,000,000
 * @throws TypeError or RangeError when `size` is anything else
 * @example
 * new CircuitBreaker({ name: 'payments', window: countWindow(100) })
 */
export function countWindow(size: number): Window {
  checkCount('countWindow: size', size, 10_000_000)
  return Object.freeze<Window>({
    capacity: size,
    open: (options) => new CountTally(size, options),
    toJSON: () => ({ type: 'countWindow', args: [size] }),
  })
}
