import { describe, expect, test, vi } from 'vitest'
import type { TimerClock } from '../clock.ts'
import { timeLimit } from './time-limit.ts'

/** A clock whose timers fire when the test says so. */
class LateClock implements TimerClock {
  time = 0
  timers: { readonly ms: number; readonly callback: () => void }[] = []
  readonly now = () => this.time
  readonly timestamp = () => this.time

  readonly setTimeout = (callback: () => void, ms: number) => {
    const timer = { ms, callback }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((each) => each !== timer)
    }
  }

  async fireAt(time: number): Promise<void> {
    this.time = time
    for (const { callback } of this.timers.splice(0)) callback()
    await Promise.resolve()
  }
}

function start() {
  const clock = new LateClock()
  const onReached = vi.fn()
  const { reached, cancel } = timeLimit(clock, 300)
  reached.catch(onReached)
  return { clock, onReached, cancel }
}

describe('the time limit of an exchange', () => {
  test.for([300, 310])('is reached when its timer fires after %d ms', async (ms) => {
    const { clock, onReached } = start()
    await clock.fireAt(ms)
    const message = 'fleet: the store did not answer within 300 ms'
    expect(onReached).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message }))
  })

  test.for([
    [311, 11],
    [900, 300],
  ] as const)(
    'of a process that was stalled until %d ms is extended once by %d ms',
    async ([ms, more]) => {
      const { clock, onReached } = start()
      await clock.fireAt(ms)
      expect(onReached).not.toHaveBeenCalled()
      expect(clock.timers.map((timer) => timer.ms)).toEqual([more])
      await clock.fireAt(ms + 10_000)
      expect(onReached).toHaveBeenCalledOnce()
    },
  )

  test('leaves no timer when it is cancelled, also after a stall', async () => {
    const { clock, cancel } = start()
    await clock.fireAt(900)
    cancel()
    expect(clock.timers).toEqual([])
  })
})
