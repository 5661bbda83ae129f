import { vi } from 'vitest'
import { expectSame } from './expect-same.ts'

interface Timer {
  readonly dueAt: number
  readonly fire: () => void
}

/**
 * Replaces the platform's timers and fires them one at a time. Vitest's fake timers fire all that are
 * due at once, so the effect of the first alone could not be compared.
 */
export class TimeLimits {
  readonly #timers = new Map<number, Timer>()
  readonly #now: () => number
  #created = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Replaces `setTimeout` and `clearTimeout` until `vi.unstubAllGlobals()`. */
  install(): void {
    vi.stubGlobal('setTimeout', (fire: () => void, ms: number) => {
      this.#timers.set(++this.#created, { dueAt: this.#now() + ms, fire })
      return this.#created
    })
    vi.stubGlobal('clearTimeout', (timer: number | undefined) => {
      this.#timers.delete(timer ?? 0)
    })
  }

  get waiting(): number {
    return this.#timers.size
  }

  /** Fires the timer that is due first, which must be due now. */
  fire(): void {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a.dueAt - b.dueAt)
    expectSame('due time of the next timer', first?.[1].dueAt, this.#now())
    if (!first) return
    const [id, timer] = first
    this.#timers.delete(id)
    timer.fire()
  }
}
