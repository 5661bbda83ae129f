import { checkAtLeast } from '../internal/validation.ts'

/**
 * A repeatable random source: a seed gives the same numbers from 0 to below 1 on every engine.
 *
 * Not for secrets. It hashes a Weyl sequence, as mulberry32 does.
 *
 * @param seed finite number of at least 0, of which the lower 32 bits are used
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
