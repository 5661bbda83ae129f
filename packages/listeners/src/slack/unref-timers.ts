export type Timer = ReturnType<typeof setTimeout> | number

/** Starts a timer that does not keep the process alive. Runtimes without `unref` have no such timers. */
export function startUnrefTimer(callback: () => void, ms: number): Timer {
  const timer: Timer = setTimeout(callback, ms)
  setRef(timer, false)
  return timer
}

/** Pauses that keep the process alive only while someone waits for their end. */
export class Pauses {
  readonly #timers = new Set<Timer>()
  #holders = 0

  /** Resolves after `ms`. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = startUnrefTimer(() => {
        this.#timers.delete(timer)
        resolve()
      }, ms)
      this.#timers.add(timer)
      setRef(timer, this.#holders > 0)
    })
  }

  /** Keeps the process alive during pauses until the returned function is called. */
  hold(): () => void {
    this.#change(1)
    return () => this.#change(-1)
  }

  #change(by: number): void {
    this.#holders += by
    for (const timer of this.#timers) setRef(timer, this.#holders > 0)
  }
}

function setRef(timer: Timer, ref: boolean): void {
  if (typeof timer === 'number') return
  if (ref) {
    timer.ref?.()
  } else {
    // Stryker disable next-line OptionalChaining: workerd has timers without unref; the tests run in Node, which has it
    timer.unref?.()
  }
}

const MAX_TIMER_MS = 2_147_483_647

/** Resolves with true when the work is done, with false after `timeoutMs`. Keeps the process alive. */
export async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  const done = work.then(() => true)
  if (timeoutMs > MAX_TIMER_MS) return done
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false)
  })
  return Promise.race([done, late]).finally(() => clearTimeout(timer))
}
