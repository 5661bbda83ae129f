import type { Clock } from '@fluxgate/core'
import { expectSame } from './expect-same.ts'

interface Timer {
  readonly dueAt: number
  readonly fire: () => void
}

/**
 * A clock that can step back, and whose timers fire one at a time and late if a test wants it. A
 * `ManualClock` fires all that are due at once, so the effect of the first alone could not be compared.
 */
export class TestClock implements Clock {
  /** Milliseconds since the start, also when the clock has stepped back. */
  elapsedMs = 0
  readonly #unixOrigin: number
  readonly #timers = new Set<Timer>()
  #steppedBackMs = 0

  constructor(unixOrigin: number) {
    this.#unixOrigin = unixOrigin
  }

  now(): number {
    return this.elapsedMs - this.#steppedBackMs
  }

  timestamp(): number {
    return this.#unixOrigin + this.elapsedMs
  }

  setTimeout(fire: () => void, ms: number): () => void {
    const timer = { dueAt: this.elapsedMs + ms, fire }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** The wall clock goes on. */
  stepBack(ms: number): void {
    this.#steppedBackMs += ms
  }

  get waitingTimers(): number {
    return this.#timers.size
  }

  /** Fires the timer that is due first, which must be due at `dueAt`. */
  fire(dueAt: number): void {
    const [first] = [...this.#timers].sort((a, b) => a.dueAt - b.dueAt)
    expectSame('due time of the next timer', first?.dueAt, dueAt)
    if (!first) return
    this.#timers.delete(first)
    first.fire()
  }
}
