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
  /** Monotonic ms. */
  dueBy: number
}

/** Options of a {@link SerialQueue}. */
export interface SerialQueueOptions {
  readonly clock: QueueClock
  /** Time after which a task no longer holds up the next one, in ms. A task may change its `dueBy`. */
  readonly limitMs: number
  /** Receives what a task throws or rejects with. */
  readonly report: (error: unknown) => void
  /** Called after each task. It is `overdue` when it has used up its time. */
  readonly onEnd?: (overdue: boolean) => void
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
    const waiting = this.#waiting
    const run = (turn: Turn) => this.#run(task, turn)
    if (this.idle) this.#begin(run)
    // `then` is called here, so that the task runs in the async context of its caller
    else void new Promise<Turn>((resolve) => waiting.push(resolve)).then(run)
    const fits = waiting.length <= MAX_WAITING
    if (!fits) waiting.shift()
    this.#watch()
    return fits
  }

  /** Goes on with the next task if the current one has used up its time. */
  skipOverdue(): void {
    const turn = this.#current
    if (turn !== undefined && this.#options.clock.now() > turn.dueBy) this.#end(turn, true)
  }

  #begin(start: (turn: Turn) => void): void {
    const { clock, limitMs } = this.#options
    this.#current = { dueBy: clock.now() + limitMs } // before the task runs, because the task may push
    start(this.#current)
    this.#watch()
  }

  #run(task: (turn: Turn) => unknown, turn: Turn): void {
    const { report } = this.#options
    const end = () => this.#end(turn, false)
    let result: unknown
    try {
      result = task(turn)
    } catch (error) {
      report(error)
    }
    if (isThenable(result)) void new Promise((follow) => follow(result)).catch(report).then(end)
    else end()
  }

  /** Starts the timer that ends the current turn, if tasks wait for it. */
  #watch(): void {
    const turn = this.#current
    if (!turn || this.#cancelTimer || this.#waiting.length === 0) return
    const { dueBy } = turn
    const { clock } = this.#options
    const onTimer = () => {
      this.#cancelTimer = undefined
      // the task may have moved its `dueBy`; a clock that stands still must not restart the timer
      if (turn.dueBy === dueBy) this.#end(turn, true)
      else this.#watch()
    }
    this.#cancelTimer = startTimer(clock, onTimer, Math.max(0, dueBy - clock.now()) + 1)
  }

  #end(turn: Turn, overdue: boolean): void {
    if (this.#current !== turn) return // the turn was overdue, and has settled now
    this.#cancelTimer?.()
    this.#current = this.#cancelTimer = undefined
    const start = this.#waiting.shift()
    if (start) this.#begin(start)
    this.#options.onEnd?.(overdue)
  }
}
