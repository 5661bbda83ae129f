import { runSafely } from '../internal/error-handler.ts'
import { isThenable } from '../internal/thenable.ts'
import type { CallEvent, Signal } from '../model/signal.ts'
import type { Listener, ListenerObject } from './listener.ts'

const MAX_WAITING = 1_000

interface Subscription {
  readonly listener: ListenerObject
  active: boolean
  cleanup?: () => void
  /** Signals that wait for a pending delivery; undefined while no delivery is pending. */
  waiting?: Signal[] | undefined
}

/**
 * Delivers signals and call events to the listeners of one circuit. Each listener receives every
 * signal in order. An error of a listener is reported and affects nothing else.
 */
export class ListenerQueue {
  readonly #report: (error: unknown) => void
  // Replaced, never mutated, so that a listener can subscribe and unsubscribe during an iteration.
  #subscriptions: readonly Subscription[] = []
  #callSubscriptions: readonly Subscription[] = []
  #signals: { readonly signal: Signal; readonly to: readonly Subscription[] }[] = []
  #delivering = false
  readonly #busy = new Set<Promise<void>>()

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  get wantsCalls(): boolean {
    return this.#callSubscriptions.length > 0
  }

  /** True when a settled call has nothing to deliver. */
  get idle(): boolean {
    return this.#callSubscriptions.length === 0 && this.#signals.length === 0
  }

  add(listener: Listener, attach: (listener: ListenerObject) => unknown): () => void {
    const subscription: Subscription = {
      listener: typeof listener === 'function' ? { onSignal: listener } : listener,
      active: true,
    }
    this.#set([...this.#subscriptions, subscription])
    this.#run(() => {
      const cleanup = attach(subscription.listener)
      if (typeof cleanup !== 'function') return
      if (subscription.active) subscription.cleanup = cleanup as () => void
      else cleanup() // `attach` itself unsubscribed the listener
    })
    return () => this.#remove(subscription)
  }

  clear(): void {
    for (const subscription of this.#subscriptions) this.#remove(subscription)
  }

  /** Queues a signal for the listeners of this moment; {@link deliver} calls them. */
  push(signal: Signal): void {
    this.#signals.push({ signal, to: this.#subscriptions })
  }

  /**
   * Delivers the queued signals. A transition that a listener causes is queued behind them. Listeners
   * that answer each other with transitions would never end: signals after the first
   * {@link MAX_WAITING} are dropped and reported.
   */
  deliver(): void {
    if (this.#delivering || this.#signals.length === 0) return
    this.#delivering = true
    // the iteration includes signals that are pushed meanwhile
    for (const [delivered, { signal, to }] of this.#signals.entries()) {
      if (delivered === MAX_WAITING) {
        this.#report(
          new Error(
            `listeners moved the circuit ${MAX_WAITING} times in a row; further signals were dropped`,
          ),
        )
        break
      }
      for (const subscription of to) {
        if (subscription.active) this.#deliverTo(subscription, signal)
      }
    }
    this.#signals.length = 0
    this.#delivering = false
  }

  notifyCall(event: CallEvent): void {
    for (const { active, listener } of this.#callSubscriptions) {
      if (active) this.#run(() => listener.onCall?.(event))
    }
  }

  async flush(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy)
  }

  #set(subscriptions: readonly Subscription[]): void {
    this.#subscriptions = subscriptions
    this.#callSubscriptions = subscriptions.filter(({ listener }) => listener.onCall !== undefined)
  }

  #remove(subscription: Subscription): void {
    if (!subscription.active) return
    subscription.active = false
    this.#set(this.#subscriptions.filter((other) => other !== subscription))
    this.#run(() => subscription.cleanup?.())
  }

  #deliverTo(subscription: Subscription, signal: Signal): void {
    const { listener, waiting } = subscription
    if (waiting === undefined) {
      this.#run(() => {
        const result: unknown = listener.onSignal?.(signal)
        if (!isThenable(result)) return
        const drained = this.#drain(subscription, result)
        this.#busy.add(drained)
        void drained.then(() => this.#busy.delete(drained))
      })
    } else if (waiting.push(signal) > MAX_WAITING) {
      waiting.shift()
      this.#report(
        new Error(`a listener is ${MAX_WAITING} signals behind; the oldest one was dropped`),
      )
    }
  }

  async #drain(subscription: Subscription, first: PromiseLike<unknown>): Promise<void> {
    const waiting: Signal[] = []
    subscription.waiting = waiting
    const deliver = async (signal: Signal) => subscription.listener.onSignal?.(signal)
    let pending = first
    for (;;) {
      try {
        await pending
      } catch (error) {
        this.#report(error)
      }
      const next = waiting.shift()
      if (next === undefined) break
      pending = deliver(next)
    }
    subscription.waiting = undefined
  }

  #run(callback: () => unknown): void {
    runSafely(callback, this.#report)
  }
}
