import type { Signal } from '@fluxgate/core'
import type { SlackThread } from './slack-thread.ts'
import { startUnrefTimer, type Timer } from './unref-timers.ts'

/** Slack allows one message per second and channel. */
const CHANNEL_INTERVAL_MS = 1_000

/** From this number of circuits on, one message is about all of them. */
const DIGEST_FROM = 4

/**
 * The messages of one channel: at most one a second. When many circuits wait, one digest is about all
 * of them; otherwise each has messages of its own, in the order in which they began to wait.
 */
export class SlackChannel {
  readonly #post: (threads: readonly SlackThread[]) => Promise<void>
  /** The threads with pending signals. */
  readonly #waiting = new Set<SlackThread>()
  #throttled = false
  #throttleTimer: Timer | undefined
  #posting: Promise<void> | undefined
  #flushes = 0

  /** @param post posts one message about the pending signals of the threads; must not reject */
  constructor(post: (threads: readonly SlackThread[]) => Promise<void>) {
    this.#post = post
  }

  /**
   * Posts the signal, or keeps it for the next message.
   *
   * @returns the promise of the message that is being posted: a circuit that waits for it sends no
   * further signals meanwhile, so few accumulate. Undefined while no message is being posted.
   */
  push(thread: SlackThread, signal: Signal): Promise<void> | undefined {
    thread.push(signal)
    this.#waiting.add(thread)
    this.#run()
    return this.#posting
  }

  /** Posts the pending signals at once; resolves when all are posted or have failed. */
  async flush(): Promise<void> {
    this.#flushes++
    try {
      while (this.#posting !== undefined || this.#waiting.size > 0) {
        this.#run()
        await this.#posting
      }
    } finally {
      this.#flushes--
    }
  }

  #run(): void {
    if (this.#posting !== undefined || (this.#throttled && this.#flushes === 0)) return
    if (this.#ready().length === 0) return
    // in a microtask, so that circuits that open in one task share a message
    this.#posting = Promise.resolve().then(() => this.#postReady())
  }

  #ready(): readonly SlackThread[] {
    return [...this.#waiting].filter(({ throttled }) => !throttled || this.#flushes > 0)
  }

  async #postReady(): Promise<void> {
    const ready = this.#ready()
    const threads = ready.length < DIGEST_FROM ? ready.slice(0, 1) : ready
    for (const thread of threads) {
      this.#waiting.delete(thread)
      if (this.#flushes > 0) thread.resetWaited()
    }
    await this.#post(threads)
    this.#posting = undefined
    this.#throttle(threads)
  }

  // The intervals begin when Slack has answered. A message that flush() posts restarts them.
  #throttle(threads: readonly SlackThread[]): void {
    this.#throttled = true
    clearTimeout(this.#throttleTimer)
    this.#throttleTimer = startUnrefTimer(() => {
      this.#throttled = false
      this.#run()
    }, CHANNEL_INTERVAL_MS)
    for (const thread of threads) {
      thread.throttled = true
      clearTimeout(thread.throttleTimer)
      thread.throttleTimer = startUnrefTimer(() => {
        thread.throttled = false
        this.#run()
      }, thread.nextIntervalMs())
    }
  }
}
