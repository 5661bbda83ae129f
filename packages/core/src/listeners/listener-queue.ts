import { runSafely } from '../internal/error-handler.ts'
import type { SilentChangeListener } from '../internal/silent-change.ts'
import { checkNumber, checkOptions, MAX_TIMER_MS } from '../internal/validation.ts'
import type { CallEvent, Signal } from '../model/signal.ts'
import type { Listener, ListenerObject } from './listener.ts'
import {
  MAX_WAITING,
  type QueueClock,
  SerialQueue,
  type SerialQueueOptions,
} from './serial-queue.ts'

/** Time after which a pending delivery no longer holds up the next one. */
const DELIVERY_LIMIT_MS = 30_000

interface Subscription {
  readonly listener: ListenerObject & SilentChangeListener
  readonly queue: SerialQueue
  active: boolean
  /** Called on unsubscribing. */
  readonly cleanups: (() => unknown)[]
}

/**
 * Delivers signals and call events to the listeners of one circuit. Each listener receives every
 * signal in order. An error of a listener is reported and affects nothing else.
 */
export class ListenerQueue {
  readonly #report: (error: unknown) => void
  readonly #timeCalls: () => () => void
  readonly #queueOptions: SerialQueueOptions
  // Replaced, never mutated, so that a listener can subscribe and unsubscribe during an iteration.
  #subscriptions: readonly Subscription[] = []
  /** A listener has `onCall`. */
  wantsCalls = false
  #signals: { readonly signal: Signal; readonly to: readonly Subscription[] }[] = []
  #delivering = false
  /** The queues with a pending delivery. */
  #busy: readonly SerialQueue[] = []
  /** Deliveries that used up their time. */
  #skipped = 0
  /** End the calls of {@link flush} that are pending. */
  #flushes: readonly ((complete: boolean) => void)[] = []

  /** @param timeCalls times the calls of the circuit until the function it returns is called */
  constructor(report: (error: unknown) => void, clock: QueueClock, timeCalls: () => () => void) {
    this.#report = report
    this.#timeCalls = timeCalls
    const onEnd = (overdue: boolean) => {
      if (overdue) this.#skipped++
      this.#busy = this.#busy.filter(({ idle }) => !idle)
      if (this.#busy.length === 0) this.#endFlushes(true)
    }
    this.#queueOptions = { clock, limitMs: DELIVERY_LIMIT_MS, report, onEnd }
  }

  /** True when a settled call has nothing to deliver. */
  get idle(): boolean {
    // Stryker disable next-line ConditionalExpression: an optimization; an idle queue delivers nothing
    return !this.wantsCalls && this.#signals.length === 0
  }

  /** True while a user interface watches the circuit. */
  get watched(): boolean {
    return this.#subscriptions.some(({ listener }) => listener.keepsCircuit === true)
  }

  add(listener: Listener, attach: (listener: ListenerObject) => unknown): () => void {
    const subscription: Subscription = {
      listener: typeof listener === 'function' ? { onSignal: listener } : listener,
      queue: new SerialQueue(this.#queueOptions),
      active: true,
      cleanups: [],
    }
    this.#set([...this.#subscriptions, subscription])
    const { listener: added, cleanups } = subscription
    if (added.onCall !== undefined && added.timed !== false) cleanups.push(this.#timeCalls())
    this.#run(() => {
      const cleanup = attach(added)
      if (typeof cleanup !== 'function') return
      if (subscription.active) cleanups.push(cleanup as () => unknown)
      else cleanup() // `attach` itself unsubscribed the listener
    })
    return () => this.#remove(subscription)
  }

  /** Unsubscribes all listeners and ends the pending calls of {@link flush}. */
  clear(): void {
    // first, because the cleanup of a listener may flush what it was given
    this.#endFlushes(false)
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
    let left = MAX_WAITING
    // the iteration includes signals that are pushed meanwhile
    for (const { signal, to } of this.#signals) {
      if (left-- === 0) {
        this.#report(
          new Error(
            `listeners moved the circuit ${MAX_WAITING} times in a row; signals were dropped`,
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
    this.#notify((listener) => listener.onCall?.(event))
  }

  /** Calls the watches of the circuit after a change that emits no signal. */
  notifySilentChange(): void {
    this.#notify((listener) => listener.onSilentChange?.())
  }

  #notify(callback: (listener: Subscription['listener']) => unknown): void {
    for (const { active, listener } of this.#subscriptions) {
      if (active) this.#run(() => callback(listener))
    }
  }

  /** Resolves with false after `timeoutMs`, on {@link clear}, and when a delivery was skipped. */
  flush(timeoutMs: number): Promise<boolean> {
    for (const queue of this.#busy) queue.skipOverdue()
    if (this.#busy.length === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const skipped = this.#skipped
      const end = (complete: boolean) => {
        clearTimeout(timer)
        this.#flushes = this.#flushes.filter((other) => other !== end)
        resolve(complete && skipped === this.#skipped)
      }
      const timer = timeoutMs <= MAX_TIMER_MS ? setTimeout(end, timeoutMs, false) : undefined
      this.#flushes = [...this.#flushes, end]
    })
  }

  #endFlushes(complete: boolean): void {
    for (const end of this.#flushes) end(complete)
  }

  #set(subscriptions: readonly Subscription[]): void {
    this.#subscriptions = subscriptions
    this.wantsCalls = subscriptions.some(({ listener }) => listener.onCall !== undefined)
  }

  #remove(subscription: Subscription): void {
    if (!subscription.active) return
    subscription.active = false
    this.#set(this.#subscriptions.filter((other) => other !== subscription))
    for (const cleanup of subscription.cleanups) this.#run(cleanup)
  }

  #deliverTo({ listener, queue }: Subscription, signal: Signal): void {
    const { idle } = queue
    const fits = queue.push(() => listener.onSignal?.(signal))
    if (!fits) {
      this.#report(new Error(`a listener is ${MAX_WAITING} signals behind; one was dropped`))
    }
    if (idle && !queue.idle) this.#busy = [...this.#busy, queue]
  }

  #run(callback: () => unknown): void {
    runSafely(callback, this.#report)
  }
}

/** @throws TypeError or RangeError when an option is invalid */
export function checkFlush(options: unknown): void {
  checkOptions('flush', options, {
    timeoutMs: (option, value) =>
      checkNumber(option, value, 'a number of milliseconds from 0', (ms) => ms >= 0),
  })
}
