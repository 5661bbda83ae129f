import { checkCount } from '../internal/validation.ts'
import type { Window } from './window.ts'
import { WindowCounts, type WindowCountsOptions } from './window-counts.ts'

class CountWindowCounts extends WindowCounts {
  readonly #size: number
  // One number per call: its duration in whole µs, or -1 - µs for a failure, because -0 is not < 0.
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
 * The last `size` recorded calls, whatever their age.
 *
 * A call costs O(1) for any size. Memory is 8 bytes per call of `size`, allocated at the first call.
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
    open: (epoch) => new CountWindowCounts(size, epoch),
    toJSON: () => ({ type: 'countWindow', args: [size] }),
  })
}
