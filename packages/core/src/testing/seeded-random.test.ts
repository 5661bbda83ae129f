import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../circuit-breaker.ts'
import type { Signal } from '../model/signal.ts'
import { cooldown } from '../policies/retries.ts'
import { failureStreak } from '../policies/trippers.ts'
import { ManualClock } from './manual-clock.ts'
import { seededRandom } from './seeded-random.ts'

const draw = (seed: number, count: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random())
}

test('repeats itself, on every engine', () => {
  expect(draw(42, 1_000)).toEqual(draw(42, 1_000))
  expect(draw(42, 3)).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099])
})

test('differs from seed to seed, also between neighbours', () => {
  expect(new Set(Array.from({ length: 1_000 }, (_, seed) => draw(seed, 1)[0])).size).toBe(1_000)
})

describe('its numbers', () => {
  const numbers = draw(1, 100_000)

  test('are from 0 to below 1', () => {
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
  })

  test('are spread evenly', () => {
    const shares = Array.from({ length: 10 }, () => 0)
    for (const number of numbers)
      shares[Math.floor(number * 10)] = (shares[Math.floor(number * 10)] ?? 0) + 1
    for (const count of shares) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  test('do not follow from the one before', () => {
    const rises = numbers.filter((number, i) => number > (numbers[i - 1] ?? 0.5)).length
    expect(Math.abs(rises - 50_000)).toBeLessThan(1_000)
  })
})

test('with a ManualClock a breaker is deterministic', () => {
  const run = (seed: number) => {
    const signals: Signal[] = []
    const clock = new ManualClock()
    const breaker = new CircuitBreaker({
      name: 'repeated',
      tripper: failureStreak(2),
      retry: cooldown(1_000, { jitter: 0.5 }),
      clock,
      random: seededRandom(seed),
      listeners: [(signal) => void signals.push(signal)],
    })
    for (let i = 0; i < 200; i++) {
      clock.advance(100)
      const ticket = breaker.tryAcquire()
      if (i % 3 === 0) ticket?.success()
      else ticket?.failure(new Error('down'))
    }
    return signals
  }
  expect(run(1).length).toBeGreaterThan(10)
  expect(run(1)).toEqual(run(1))
  expect(run(1)).not.toEqual(run(2))
})
