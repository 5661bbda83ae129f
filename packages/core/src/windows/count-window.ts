import { checkCount } from '../internal/validation.ts'
import type { Window } from './window.ts'
import { WindowCounts, type WindowCountsOptions } from './window-counts.ts'

class CountWindowCounts extends WindowCounts {
  readonly #size: number
  /** 1 for each failed call. */
  #failed: Uint8Array | undefined
  /** In whole µs, or NaN for a call that was not timed. Made by the first timed call. */
  #us: Float64Array | undefined
  #next = 0

  constructor(size: number, options: WindowCountsOptions) {
    super(options)
    this.#size = size
  }

  protected override push(_now: number, us: number | undefined, failed: boolean): void {
    this.#failed ??= new Uint8Array(this.#size)
    const ring = this.#failed
    const next = this.#next
    if (us !== undefined) this.#us ??= new Float64Array(this.#size).fill(Number.NaN)
    const durations = this.#us
    if (this.total === this.#size) {
      const oldestUs = durations?.[next]
      const timed = oldestUs !== undefined && oldestUs >= 0
      this.sum(timed ? oldestUs : undefined, ring[next] === 1, -1)
    }
    ring[next] = failed ? 1 : 0
    if (durations !== undefined) durations[next] = us ?? Number.NaN
    this.#next = next + 1 === this.#size ? 0 : next + 1
  }

  protected override evictExpired(): boolean {
    return false
  }
}

/**
 * The last `size` recorded calls, whatever their age.
 *
 * A call costs O(1) for any size. Memory is 1 byte per call of `size`, allocated at the first call, and
 * 8 more from the first timed call on.
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
    needsTime: false,
    open: (epoch) => new CountWindowCounts(size, epoch),
    toJSON: () => ({ type: 'countWindow', args: [size] }),
  })
}
