import type { Ticket } from '@fluxgate/core'
import type { Caller } from './caller.ts'
import type { Admitted } from './lockstep.ts'

/** A call or ticket in flight. */
export interface Running extends Admitted {
  readonly holder: Ticket | Caller
  /** Its time limit in ms; `Infinity` for none. */
  readonly limitMs: number
  /** Monotonic time at which its timer fires; `Infinity` for none. */
  dueAt: number
  /** The timer has fired late, and is set a second time. */
  isExtended: boolean
}

/** The lateness of a timer in ms above which the process counts as stalled. */
const MAX_LATENESS_MS = 10

/** A timer that fires too late is set once more, for the time by which it was late. */
export function extendIfLate(running: Running, now: number): boolean {
  const lateMs = now - running.dueAt
  if (running.isExtended || lateMs <= MAX_LATENESS_MS) return false
  running.isExtended = true
  running.dueAt = now + Math.min(lateMs, running.limitMs)
  return true
}
