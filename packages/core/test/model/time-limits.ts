import { vi } from 'vitest'
import { expectSame } from './expect-same.ts'

interface Timer {
  readonly dueAt: number
  readonly fire: () => void
}

/**
 * Stands in for the platform's timers and fires one at a time, when told. Vitest's fake timers fire
 * all that are due at once, and then nobody could say what the first of them alone did.
 */
export class TimeLimits {
  readonly #timers = new Map<number, Timer>()
  readonly #now: () => number
  #made = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes the place of `setTimeout` and `clearTimeout` until `vi.unstubAllGlobals()`. */
  install(): void {
    vi.stubGlobal('setTimeout', (fire: () => void, ms: number) => {
      this.#timers.set(++this.#made, { dueAt: this.#now() + ms, fire })
      return this.#made
    })
    vi.stubGlobal('clearTimeout', (timer: number | undefined) => {
      this.#timers.delete(timer ?? 0)
    })
  }

  get waiting(): number {
    return this.#timers.size
  }

  /** Fires the timer that is due first, which must be now. */
  fire(): void {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a.dueAt - b.dueAt)
    expectSame('due time of the next timer', first?.[1].dueAt, this.#now())
    if (!first) return
    const [id, timer] = first
    this.#timers.delete(id)
    timer.fire()
  }
}
