import { checkCount } from '../validation.ts'
import { type Window, type WindowCounts, zeroSlow } from './window.ts'

class Counts implements WindowCounts {
  total = 0
  failures = 0
  durationUs = 0
  readonly slow: Record<number, number>
  readonly #size: number
  readonly #thresholdsMs: readonly number[]
  // A call is its duration in whole µs; a failed one is stored as -1 - µs, so that 0 has a sign too.
  #ring: Float64Array | undefined
  #next = 0

  constructor(size: number, thresholdsMs: readonly number[]) {
    this.#size = size
    this.#thresholdsMs = thresholdsMs
    this.slow = zeroSlow(thresholdsMs)
  }

  record(_now: number, durationMs: number, failed: boolean): void {
    this.#ring ??= new Float64Array(this.#size)
    const ring = this.#ring
    const next = this.#next
    const us = Math.round(durationMs * 1000)
    if (this.total < this.#size) this.total++
    else this.#forget(ring[next] as number)
    ring[next] = failed ? -1 - us : us
    if (failed) this.failures++
    this.durationUs += us
    if (this.#thresholdsMs.length > 0) this.#countSlow(us, 1)
    this.#next = next + 1 === this.#size ? 0 : next + 1
  }

  expire(): boolean {
    return false
  }

  #forget(call: number): void {
    const us = call < 0 ? -1 - call : call
    if (call < 0) this.failures--
    this.durationUs -= us
    if (this.#thresholdsMs.length > 0) this.#countSlow(us, -1)
  }

  #countSlow(us: number, sign: 1 | -1): void {
    for (const ms of this.#thresholdsMs) if (us / 1000 >= ms) this.slow[ms]! += sign
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
    open: (slowThresholdsMs) => new Counts(size, slowThresholdsMs),
    toJSON: () => ({ type: 'countWindow', args: [size] }),
  })
}
