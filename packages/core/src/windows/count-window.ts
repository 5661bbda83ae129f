import { checkCount } from '../internal/validation.ts'
import type { PolicyJson } from '../model/policy-json.ts'
import type { Window } from './window.ts'
import { WindowCounts, type WindowCountsOptions } from './window-counts.ts'

class CountWindowCounts extends WindowCounts {
  readonly #size: number
  /**
   * One bit for each call, 1 for a failure, 16 in a number: a typed array would be larger for 100 calls.
   * Made by the first failure. All bits are 0 while the window has no failure.
   */
  #failed: number[] | undefined
  /** In whole µs, or NaN for a call that was not timed. Made by the first timed call. */
  #us: Float64Array | undefined
  #next = 0

  constructor(size: number, options: WindowCountsOptions) {
    super(options)
    this.#size = size
  }

  protected override push(_now: number, us: number | undefined, failed: boolean): void {
    const size = this.#size
    const next = this.#next
    this.#next = next + 1 === size ? 0 : next + 1
    // Stryker disable next-line ConditionalExpression,EqualityOperator: saves the bits of a window without failures
    const evictsFailure = (failed || this.failures > 0) && this.replaceFailure(next, failed)
    // Stryker disable next-line ConditionalExpression: saves the durations of a window without timed calls
    if (us !== undefined || this.#us !== undefined) this.replaceDuration(next, us)
    if (this.total === size) this.sum(undefined, evictsFailure, -1)
  }

  // not private, for which each window would take 8 bytes more
  protected replaceFailure(next: number, failed: boolean): boolean {
    // Stryker disable next-line ArrayDeclaration,ArithmeticOperator: another length only costs memory or time
    this.#failed ??= new Array<number>(Math.ceil(this.#size / 16)).fill(0)
    const bits = this.#failed
    const bit = 1 << (next & 15)
    const word = bits[next >> 4] as number
    bits[next >> 4] = failed ? word | bit : word & ~bit
    return (word & bit) !== 0
  }

  /** Also subtracts the duration of the evicted call. */
  protected replaceDuration(next: number, us = Number.NaN): void {
    this.#us ??= new Float64Array(this.#size).fill(Number.NaN)
    const durations = this.#us
    const oldestUs = durations[next] as number
    durations[next] = us
    if (oldestUs >= 0) this.sumDuration(oldestUs, -1)
  }

  protected override evictExpired(): boolean {
    return false
  }
}

class CountWindow implements Window {
  readonly capacity: number

  constructor(size: number) {
    this.capacity = size
  }

  get needsTime(): boolean {
    return false
  }

  open(epoch: WindowCountsOptions): WindowCounts {
    return new CountWindowCounts(this.capacity, epoch)
  }

  toJSON(): PolicyJson {
    return { type: 'countWindow', args: [this.capacity] }
  }
}

/**
 * The last `size` recorded calls, whatever their age.
 *
 * A call costs O(1) for any size. Memory is half a byte per call of `size`, allocated at the first failure,
 * and 8 bytes more from the first timed call on.
 *
 * @param size whole number of calls, 1 to 10,000,000
 * @throws TypeError or RangeError when `size` is anything else
 * @example
 * new CircuitBreaker({ name: 'payments', window: countWindow(100) })
 */
export function countWindow(size: number): Window {
  checkCount('countWindow: size', size, 10_000_000)
  return Object.freeze(new CountWindow(size))
}
