import { isThenable } from '../internal/thenable.ts'
import { startTimer } from '../internal/timer.ts'

/** The parts of a clock that a {@link SerialQueue} uses. */
export interface QueueClock {
  /** Monotonic milliseconds. */
  now(): number
  /** Starts a timer; returns a function that cancels it. Default: an unref'd `setTimeout`. */
  setTimeout?(callback: () => void, ms: number): () => void
}

/** A task that is running. The queue goes on when it has settled, or at `dueBy`. */
export interface Turn {
  dueBy: number
}

/** Options of a {@link SerialQueue}. */
export interface SerialQueueOptions {
  readonly clock: QueueClock
  /** Time after which a task no longer holds up the next one, in ms. A task may change its `dueBy`. */
  readonly limitMs: number
  /** Receives what a task throws or rejects with. */
  readonly report: (error: unknown) => void
  /** Called when the last task has settled or is overdue. */
  readonly onIdle?: () => void
  /** Called when a task has used up its time. */
  readonly onOverdue?: () => void
}

/** Tasks that wait for the task that is running. */
export const MAX_WAITING = 1_000

/**
 * Runs tasks one at a time, in order. A task of an idle queue runs at once, within {@link push}.
 *
 * Each task runs in the async context of its `push()`. A task that never settles does not block the
 * queue: runtimes such as workerd drop the work of a request that has ended.
 */
export class SerialQueue {
  readonly #options: SerialQueueOptions
  readonly #waiting: ((turn: Turn) => void)[] = []
  #current: Turn | undefined
  #cancelTimer: (() => void) | undefined

  constructor(options: SerialQueueOptions) {
    this.#options = options
  }

  get idle(): boolean {
    return this.#current === undefined
  }

  /** Runs the task, or lets it wait. Returns false when the oldest waiting task was dropped for it. */
  push(task: (turn: Turn) => unknown): boolean {
    this.skipOverdue()
    if (this.#current === undefined) {
      const turn = this.#newTurn()
      this.#current = turn // before the task runs, because the task may push
      this.#settle(turn, run(task, turn))
      return true
    }
    const waiting = this.#waiting
    // `then` is called here, so that the task runs in the async context of its caller
    void new Promise<Turn>((resolve) => waiting.push(resolve)).then((turn) =>
      this.#settle(turn, run(task, turn)),
    )
    const fits = waiting.length <= MAX_WAITING
    if (!fits) waiting.shift()
    this.#watch()
    return fits
  }

  /** Goes on with the next task if the current one has used up its time. */
  skipOverdue(): void {
    const turn = this.#current
    if (turn !== undefined && this.#options.clock.now() > turn.dueBy) this.#skip(turn)
  }

  /** Starts the timer that ends the current turn, unless it runs. */
  #watch(): void {
    const turn = this.#current
    if (turn === undefined || this.#cancelTimer !== undefined) return
    const { clock } = this.#options
    const { dueBy } = turn
    const ms = Math.max(1, Math.floor(dueBy - clock.now()) + 1)
    this.#cancelTimer = startTimer(
      clock,
      () => {
        this.#cancelTimer = undefined
        if (this.#current !== turn) return
        // the task may have moved its `dueBy`; a clock that stands still must not restart the timer
        if (turn.dueBy === dueBy) this.#skip(turn)
        else this.#watch()
      },
      ms,
    )
  }

  #skip(turn: Turn): void {
    this.#options.onOverdue?.()
    this.#next(turn)
  }

  #newTurn(): Turn {
    const { clock, limitMs } = this.#options
    return { dueBy: clock.now() + limitMs }
  }

  #settle(turn: Turn, result: unknown): void {
    if (result instanceof Failure) this.#options.report(result.error)
    if (!isThenable(result)) this.#next(turn)
    else void settled(result, this.#options.report).then(() => this.#next(turn))
  }

  #next(turn: Turn): void {
    if (this.#current !== turn) return // the turn was overdue, and has settled now
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const start = this.#waiting.shift()
    this.#current = start === undefined ? undefined : this.#newTurn()
    if (this.#current !== undefined) {
      start?.(this.#current)
      if (this.#waiting.length > 0) this.#watch()
    } else this.#options.onIdle?.()
  }
}

class Failure {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

function run(task: (turn: Turn) => unknown, turn: Turn): unknown {
  try {
    return task(turn)
  } catch (error) {
    return new Failure(error)
  }
}

async function settled(result: PromiseLike<unknown>, report: (error: unknown) => void) {
  try {
    await result
  } catch (error) {
    report(error)
  }
}
