import type { FleetStore } from '../store/fleet-store.ts'
import type { News } from '../store/message.ts'
import { parseNews } from '../store/parse.ts'
import type { ResolvedFleetOptions } from './fleet-options.ts'

interface SubscriptionEvents {
  onNews(news: News): void
  onGap(): void
  onError(error: unknown): void
}

/** The subscription to what the store publishes. Without it, the slow polls bring the news. */
export class Subscription {
  readonly #store: FleetStore
  readonly #options: ResolvedFleetOptions
  readonly #events: SubscriptionEvents
  #state: 'none' | 'pending' | 'active' | 'ended' = 'none'
  #unsubscribe: (() => void) | undefined
  #retryAt = Number.NEGATIVE_INFINITY
  #isFailing = false

  constructor(store: FleetStore, options: ResolvedFleetOptions, events: SubscriptionEvents) {
    this.#store = store
    this.#options = options
    this.#events = events
  }

  /** Subscribes, unless it has or failed lately. Never throws. */
  start(): void {
    const { clock } = this.#options
    if (this.#state !== 'none' || clock.now() < this.#retryAt) return
    this.#state = 'pending'
    void this.#subscribe()
  }

  end(): void {
    this.#state = 'ended'
    this.#call(this.#unsubscribe)
    this.#unsubscribe = undefined
  }

  async #subscribe(): Promise<void> {
    const { clock, retryMs } = this.#options
    try {
      const unsubscribe = await this.#store.subscribe?.({
        onNews: (message) => {
          const news = parseNews(message)
          if (news !== undefined && !this.#isEnded) this.#events.onNews(news)
        },
        onGap: () => {
          if (!this.#isEnded) this.#events.onGap()
        },
      })
      this.#isFailing = false
      if (this.#isEnded) this.#call(unsubscribe)
      else {
        this.#state = 'active'
        this.#unsubscribe = unsubscribe
      }
    } catch (error) {
      if (this.#isEnded) return
      this.#state = 'none'
      this.#retryAt = clock.now() + retryMs
      if (!this.#isFailing) this.#events.onError(error)
      this.#isFailing = true
    }
  }

  get #isEnded(): boolean {
    return this.#state === 'ended'
  }

  #call(unsubscribe: (() => void) | undefined): void {
    try {
      unsubscribe?.()
    } catch (error) {
      this.#events.onError(error)
    }
  }
}
