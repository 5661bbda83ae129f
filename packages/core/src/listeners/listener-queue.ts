import { runSafely } from '../internal/error-handler.ts'
import {
  keepsCircuit,
  onSilentChange,
  type SilentChangeListener,
} from '../internal/silent-change.ts'
import { isThenable } from '../internal/thenable.ts'
import { check, checkOptions, MAX_TIMER_MS } from '../internal/validation.ts'
import type { CallEvent, Signal } from '../model/signal.ts'
import type { Listener, ListenerObject } from './listener.ts'
import { MAX_WAITING, type QueueClock, SerialQueue } from './serial-queue.ts'

/** Time after which a pending delivery no longer holds up the next one. */
const DELIVERY_LIMIT_MS = 30_000

interface Subscription {
  readonly listener: ListenerObject & SilentChangeListener
  active: boolean
  /** Present for a listener that uses the durations of calls. */
  stopTiming?: () => void
  cleanup?: () => void
  /** Created when the listener returns its first promise: most listeners are synchronous. */
  queue?: SerialQueue
}

/** A call of `flush()` that has not resolved. */
interface Flush {
  /** A delivery has used up its time. */
  overdue: boolean
  end(complete: boolean): void
}

/**
 * Delivers signals and call events to the listeners of one circuit. Each listener receives every
 * signal in order. An error of a listener is reported and affects nothing else.
 */
export class ListenerQueue {
  readonly #report: (error: unknown) => void
  readonly #clock: QueueClock
  readonly #timeCalls: () => () => void
  // Replaced, never mutated, so that a listener can subscribe and unsubscribe during an iteration.
  #subscriptions: readonly Subscription[] = []
  // Stryker disable next-line ArrayDeclaration: the first subscription replaces the list before it is read
  #callSubscriptions: readonly Subscription[] = []
  #signals: { readonly signal: Signal; readonly to: readonly Subscription[] }[] = []
  #delivering = false
  // Created when they are needed, because a program can have thousands of circuits.
  #busy: Set<SerialQueue> | undefined
  #flushes: Set<Flush> | undefined

  /** @param timeCalls times the calls of the circuit until the function it returns is called */
  constructor(report: (error: unknown) => void, clock: QueueClock, timeCalls: () => () => void) {
    this.#report = report
    this.#clock = clock
    this.#timeCalls = timeCalls
  }

  get wantsCalls(): boolean {
    return this.#callSubscriptions.length > 0
  }

  /** True when a settled call has nothing to deliver. */
  get idle(): boolean {
    // Stryker disable next-line ConditionalExpression: an optimization; an idle queue delivers nothing
    return this.#callSubscriptions.length === 0 && this.#signals.length === 0
  }

  /** True while a user interface watches the circuit. */
  get watched(): boolean {
    return this.#subscriptions.some(({ listener }) => listener[keepsCircuit] === true)
  }

  add(listener: Listener, attach: (listener: ListenerObject) => unknown): () => void {
    const subscription: Subscription = {
      listener: typeof listener === 'function' ? { onSignal: listener } : listener,
      active: true,
    }
    this.#set([...this.#subscriptions, subscription])
    const { onCall, timed } = subscription.listener
    if (onCall !== undefined && timed !== false) subscription.stopTiming = this.#timeCalls()
    this.#run(() => {
      const cleanup = attach(subscription.listener)
      if (typeof cleanup !== 'function') return
      if (subscription.active) subscription.cleanup = cleanup as () => void
      else cleanup() // `attach` itself unsubscribed the listener
    })
    return () => this.#remove(subscription)
  }

  /** Unsubscribes all listeners and ends the pending calls of {@link flush}. */
  clear(): void {
    // first, because the cleanup of a listener may flush what it was given
    for (const flush of this.#flushes ?? []) flush.end(false)
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
      // Stryker disable next-line OptionalChaining: #callSubscriptions contains only listeners with onCall; the check is for TypeScript
      if (active) this.#run(() => listener.onCall?.(event))
    }
  }

  /** Calls the watches of the circuit after a change that emits no signal. */
  notifySilentChange(): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.active) this.#run(() => subscription.listener[onSilentChange]?.())
    }
  }

  /** Resolves with false after `timeoutMs`, on {@link clear}, and when a delivery was skipped. */
  flush(timeoutMs: number): Promise<boolean> {
    for (const queue of this.#busy ?? []) queue.skipOverdue()
    if (!this.#busy?.size) return Promise.resolve(true)
    this.#flushes ??= new Set()
    const flushes = this.#flushes
    return new Promise((resolve) => {
      const timer = timeoutMs <= MAX_TIMER_MS && setTimeout(() => flush.end(false), timeoutMs)
      const flush: Flush = {
        overdue: false,
        end: (complete) => {
          if (timer !== false) clearTimeout(timer)
          flushes.delete(flush)
          resolve(complete && !flush.overdue)
        },
      }
      flushes.add(flush)
    })
  }

  #set(subscriptions: readonly Subscription[]): void {
    this.#subscriptions = subscriptions
    this.#callSubscriptions = subscriptions.filter(({ listener }) => listener.onCall !== undefined)
  }

  #remove(subscription: Subscription): void {
    if (!subscription.active) return
    subscription.active = false
    this.#set(this.#subscriptions.filter((other) => other !== subscription))
    subscription.stopTiming?.()
    this.#run(() => subscription.cleanup?.())
  }

  #deliverTo(subscription: Subscription, signal: Signal): void {
    const { listener, queue } = subscription
    if (queue === undefined || queue.idle) {
      this.#run(() => {
        const result: unknown = listener.onSignal?.(signal)
        if (isThenable(result)) this.#enqueue(subscription, () => result)
      })
      return
    }
    // Stryker disable next-line OptionalChaining: only a listener whose onSignal returned a promise comes here; the check is for TypeScript
    const fits = this.#enqueue(subscription, () => listener.onSignal?.(signal))
    if (!fits) {
      this.#report(
        new Error(`a listener is ${MAX_WAITING} signals behind; the oldest one was dropped`),
      )
    }
  }

  #enqueue(subscription: Subscription, task: () => unknown): boolean {
    subscription.queue ??= this.#createQueue()
    const { queue } = subscription
    const fits = queue.push(task)
    if (!queue.idle) {
      this.#busy ??= new Set()
      this.#busy.add(queue)
    }
    return fits
  }

  #createQueue(): SerialQueue {
    const queue: SerialQueue = new SerialQueue({
      clock: this.#clock,
      limitMs: DELIVERY_LIMIT_MS,
      report: this.#report,
      onIdle: () => {
        this.#busy?.delete(queue)
        if (!this.#busy?.size) for (const flush of this.#flushes ?? []) flush.end(true)
      },
      onOverdue: () => {
        for (const flush of this.#flushes ?? []) flush.overdue = true
      },
    })
    return queue
  }

  #run(callback: () => unknown): void {
    runSafely(callback, this.#report)
  }
}

/** @throws TypeError or RangeError when an option is invalid */
export function checkFlush(options: unknown): void {
  checkOptions('flush', options, {
    timeoutMs: (option, value) => {
      const isNumber = typeof value === 'number'
      check(isNumber && value >= 0, option, 'a number of milliseconds from 0', value, isNumber)
    },
  })
}
