import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { breather } from './yield-to-main.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('short work is not interrupted, long work is, and tells now and then', async () => {
  let at = 1_000
  const tell = vi.fn()
  const breathe = breather(() => at, tell)
  at += 10
  expect(breathe()).toBeUndefined()
  let breaths = 0
  for (let part = 0; part < 20; part++) {
    at += 16
    const breath = breathe()
    if (breath === undefined) continue
    breaths++
    vi.runAllTimers()
    await breath
  }
  expect(breaths).toBe(20)
  expect(tell).toHaveBeenCalledTimes(2)
})

test('a clock that is set back does not take its breath away', () => {
  let at = 1_000_000
  const breathe = breather(
    () => at,
    () => {},
  )
  at = 5
  expect(breathe()).toBeInstanceOf(Promise)
})
