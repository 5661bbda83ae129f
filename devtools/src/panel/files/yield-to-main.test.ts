import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createYieldToMain } from './yield-to-main.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('createYieldToMain', () => {
  test('yields after each slice of long work and limits the progress reports', async () => {
    let at = 1_000
    const onProgress = vi.fn()
    const yieldToMain = createYieldToMain(() => at, onProgress)
    at += 9
    expect(yieldToMain()).toBeUndefined()
    let pauses = 0
    for (let part = 0; part < 20; part++) {
      at += 16
      const pause = yieldToMain()
      if (pause === undefined) continue
      pauses++
      vi.runAllTimers()
      await pause
    }
    expect(pauses).toBe(20)
    expect(onProgress).toHaveBeenCalledTimes(2)
  })

  test('yields when the clock was set back', () => {
    let at = 1_000_000
    const yieldToMain = createYieldToMain(
      () => at,
      () => {},
    )
    at = 5
    expect(yieldToMain()).toBeInstanceOf(Promise)
  })
})
