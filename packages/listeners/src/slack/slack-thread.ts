import type { Signal } from '@fluxgate/core'

/** Where a message goes: to the channel, or into a thread and perhaps to the channel as well. */
export interface Place {
  readonly threadTs: string | undefined
  readonly broadcast: boolean
}

/** What a thread needs of the listener. */
export interface Poster {
  /** Sends one message about a signal and those held back before it; resolves with its `ts`. */
  post(signal: Signal, heldBack: readonly Signal[], place: Place): Promise<string | undefined>
  /** Told of what went wrong with a message that nobody waits for. */
  report(error: unknown): void
}

/** At most one message per circuit in this time; Slack itself allows one a second per channel. */
const MIN_INTERVAL_MS = 1_000

/**
 * The conversation about one circuit: a thread for each failure cycle, and one message a second.
 *
 * A cycle that ends and begins anew within one summary goes on in the thread it is in.
 */
export class SlackThread {
  readonly #poster: Poster
  #failing = false
  #threadTs: string | undefined
  #held: Signal[] = []
  #quiet: ReturnType<typeof setTimeout> | undefined
  /** The post under way; never rejects. */
  #posting: Promise<void> | undefined

  constructor(poster: Poster) {
    this.#poster = poster
  }

  /** Posts, or holds back; the promise is that of the post. */
  tell(signal: Signal): Promise<void> | undefined {
    if (this.#posting === undefined && this.#quiet === undefined) return this.#post(signal, [])
    this.#held.push(signal)
    // whoever waits for the promise hands in no more meanwhile, so that little piles up here
    return this.#posting
  }

  /** Posts at once what is held back, and resolves when nothing is left. */
  async flush(): Promise<void> {
    while (this.#posting !== undefined || this.#held.length > 0) {
      if (this.#posting === undefined) this.#postHeld()
      await this.#posting
    }
  }

  #postHeld(): void {
    clearTimeout(this.#quiet)
    this.#quiet = undefined
    const held = this.#held
    const last = held.pop()
    this.#held = []
    if (last) this.#post(last, held).catch((error: unknown) => this.#poster.report(error))
  }

  #post(signal: Signal, heldBack: readonly Signal[]): Promise<void> {
    const posted = this.#deliver(signal, heldBack)
    this.#posting = posted
      .catch(() => {}) // told by whoever called
      .then(() => {
        this.#posting = undefined
        this.#quiet = setTimeout(() => this.#postHeld(), MIN_INTERVAL_MS)
        this.#quiet.unref?.() // a process that is done does not wait for a summary; flush() does
      })
    return posted
  }

  async #deliver(signal: Signal, heldBack: readonly Signal[]): Promise<void> {
    const threadTs = this.#threadTs
    let broadcast = false
    for (const { newState } of [...heldBack, signal]) {
      if (newState === 'open' || newState === 'forced_open') this.#failing = true
      else if (newState !== 'half_open') this.#failing = false
      if (newState === 'closed') broadcast = true
    }
    if (!this.#failing) this.#threadTs = undefined
    const ts = await this.#poster.post(signal, heldBack, { threadTs, broadcast })
    if (this.#failing) this.#threadTs ??= ts
  }
}
