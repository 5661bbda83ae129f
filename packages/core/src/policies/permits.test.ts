import { expect, test } from 'vitest'
import { rampUp } from './permits.ts'

test('rampUp admits a constant share when from equals to', () => {
  const permit = rampUp({ from: 0.5, to: 0.5, durationMs: 10 })
  const admits = (elapsedMs: number, random: number) =>
    permit.test({ elapsedMs, reopens: 0, recorded: 0, succeeded: 0, random: () => random })
  for (const elapsedMs of [0, 5, 10]) {
    expect(admits(elapsedMs, 0.499)).toBe(true)
    expect(admits(elapsedMs, 0.5)).toBe(false)
  }
})
