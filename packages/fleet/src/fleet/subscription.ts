import type { FleetStore } from '../store/fleet-store.ts'
import type { StateUpdate } from '../store/message.ts'
import { parseUpdate } from '../store/parse.ts'
import type { ResolvedFleetOptions } from './fleet-options.ts'

interface SubscriptionEvents {
  onUpdate(update: StateUpdate): void
  onGap(): void
  onError(error: unknown): void
}

/** The subscription to the updates of the store. While it fails, the slow polls fetch the state. */
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

  /** Subscribes, unless it is subscribed or failed less than `retryMs` ago. Never throws. */
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
        onUpdate: (message) => {
          const update = parseUpdate(message)
          if (update !== undefined && !this.#isEnded) this.#events.onUpdate(update)
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
