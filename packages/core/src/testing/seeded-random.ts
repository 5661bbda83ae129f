import { checkAtLeast } from '../internal/validation.ts'

/**
 * A source of chance that repeats: the same seed gives the same numbers, 0 to below 1, everywhere.
 *
 * Not for secrets. A Weyl sequence through a 32-bit avalanche hash, after mulberry32.
 *
 * @param seed finite number of at least 0; its lower 32 bits count
 * @throws TypeError or RangeError when `seed` is anything else
 * @example
 * const random = seededRandom(42)
 */
export function seededRandom(seed: number): () => number {
  checkAtLeast('seededRandom: seed', seed, 0)
  let weyl = seed | 0
  return () => {
    weyl = (weyl + 0x6d2b79f5) | 0
    let mixed = Math.imul(weyl ^ (weyl >>> 15), weyl | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
