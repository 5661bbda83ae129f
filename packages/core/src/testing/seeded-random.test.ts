import { describe, expect, test } from 'vitest'
import { seededRandom } from './seeded-random.ts'

const draw = (seed: number, count: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random())
}

describe('seededRandom', () => {
  const numbers = draw(1, 100_000)

  test('gives neighbouring seeds different numbers', () => {
    expect(new Set(Array.from({ length: 1_000 }, (_, seed) => draw(seed, 1)[0])).size).toBe(1_000)
  })

  test('spreads its numbers evenly from 0 to below 1', () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (const number of numbers) {
      const tenth = Math.floor(number * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    expect(tenths).toHaveLength(10) // a number outside the range would add an element
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  test('gives numbers that do not depend on the one before', () => {
    const rises = numbers.filter((number, i) => number > (numbers[i - 1] ?? 0.5)).length
    expect(Math.abs(rises - 50_000)).toBeLessThan(1_000)
  })
})
