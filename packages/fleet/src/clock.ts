import type { Clock } from '@fluxgate/core'

/** A clock that has timers. */
export type TimerClock = Required<Clock>

const MAX_TIMER_MS = 2_147_483_647

const now = () => performance.now()
const timestamp = () => Date.now()

/** The clock of a page, where the fleet needs no timer. */
export const pageClock: Clock = { now, timestamp }

/** The clock of the system. Its timers keep no process alive. */
const systemClock: TimerClock = {
  now,
  timestamp,
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms)
    const nodeTimer: { unref?(): void } = Object(timer) // a number in browsers
    nodeTimer.unref?.()
    return () => clearTimeout(timer)
  },
}

/** Keeps the process alive until `promise` settles, for promises that the user awaits. */
export async function awaited<T>(promise: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {}, MAX_TIMER_MS)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

/** Adds the timers of the system to a clock without timers. */
export function withTimers(clock: Clock = systemClock): TimerClock {
  const { setTimeout: startTimer = systemClock.setTimeout } = clock
  return {
    now: () => clock.now(),
    timestamp: () => clock.timestamp(),
    setTimeout: (callback, ms) => startTimer.call(clock, callback, ms),
  }
}
