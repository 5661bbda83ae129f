import type { Signal, State } from '@fluxgate/core'

/** Where a message goes: to the channel, or into a thread and, with `broadcast`, to both. */
export interface MessageTarget {
  readonly threadTs: string | undefined
  readonly broadcast: boolean
}

/** The callbacks of a {@link SlackThread}. */
export interface Poster {
  /** Posts one message about a signal and earlier ones; resolves with its `ts`. */
  post(
    signal: Signal,
    earlier: readonly Signal[],
    target: MessageTarget,
  ): Promise<string | undefined>
  /** Receives the errors of summaries, whose promise has no caller. */
  report(error: unknown): void
}

/** At most one message per circuit in this time. Slack allows one per second and channel. */
const MIN_INTERVAL_MS = 1_000

/** How a state changes the failure cycle. A record, so that a new state is a type error here. */
const CYCLE: Readonly<Record<State, 'begins' | 'continues' | 'ends'>> = {
  closed: 'ends',
  open: 'begins',
  half_open: 'continues',
  metrics_only: 'ends',
  disabled: 'ends',
  forced_open: 'begins',
}

/**
 * The messages about one circuit: one thread per failure cycle, at most one message a second.
 *
 * When a cycle ends and another begins within one summary, the thread continues.
 */
export class SlackThread {
  readonly #poster: Poster
  #failing = false
  #threadTs: string | undefined
  #pending: Signal[] = []
  #summaryTimer: ReturnType<typeof setTimeout> | undefined
  /** The current post; never rejects. */
  #posting: Promise<void> | undefined

  constructor(poster: Poster) {
    this.#poster = poster
  }

  /**
   * Posts the signal, or keeps it for the next summary.
   *
   * @returns the promise of the post. A signal that arrives during a post gets the promise of that
   * post too: a caller that waits for it sends no further signals meanwhile, so few accumulate
   */
  push(signal: Signal): Promise<void> | undefined {
    if (this.#posting === undefined && this.#summaryTimer === undefined) {
      return this.#post(signal, [])
    }
    this.#pending.push(signal)
    return this.#posting
  }

  /** Posts the pending signals at once; resolves when all signals are posted. */
  async flush(): Promise<void> {
    while (this.#posting !== undefined || this.#pending.length > 0) {
      if (this.#posting === undefined) this.#postPending()
      await this.#posting
    }
  }

  #postPending(): void {
    clearTimeout(this.#summaryTimer)
    this.#summaryTimer = undefined
    const earlier = this.#pending
    const last = earlier.pop()
    this.#pending = []
    if (last) this.#post(last, earlier).catch((error: unknown) => this.#poster.report(error))
  }

  #post(signal: Signal, earlier: readonly Signal[]): Promise<void> {
    const posted = this.#deliver(signal, earlier)
    this.#posting = posted
      .catch(() => {}) // the caller of #post handles the error
      .then(() => {
        this.#posting = undefined
        this.#summaryTimer = setTimeout(() => this.#postPending(), MIN_INTERVAL_MS)
        this.#summaryTimer.unref?.() // must not keep the process alive; flush() posts the summary
      })
    return posted
  }

  async #deliver(signal: Signal, earlier: readonly Signal[]): Promise<void> {
    const threadTs = this.#threadTs
    let broadcast = false
    for (const { newState } of [...earlier, signal]) {
      const change = CYCLE[newState]
      if (change !== 'continues') this.#failing = change === 'begins'
      if (newState === 'closed') broadcast = true
    }
    if (!this.#failing) this.#threadTs = undefined
    const ts = await this.#poster.post(signal, earlier, { threadTs, broadcast })
    if (this.#failing) this.#threadTs ??= ts
  }
}
