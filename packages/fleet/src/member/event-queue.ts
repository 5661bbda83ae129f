import type { Signal } from '@fluxgate/core'
import { MAX_MS, NEVER, type ReportEvent } from '../store/message.ts'

/** Something that happened to the circuit and that was not reported to the store yet. */
export interface QueuedEvent {
  readonly event: ReportEvent
  /** Monotonic ms. */
  readonly at: number
  /** Ms from `at` until the circuit probes; `Infinity` for never. */
  readonly delayMs: number
  readonly reopens: number
  readonly reason: string
  /** The lease under which it happened; 0 for none, {@link PENDING_FENCE} for a requested one. */
  readonly fence: number
  /** The signal of the circuit, for listeners that wait for the answer. */
  readonly signal?: Signal
}

/** Stands for the number of a lease that was requested, and that the store has not granted yet. */
export const PENDING_FENCE = -1

/** A report without an event. */
export const NO_EVENT: QueuedEvent = {
  event: 'none',
  at: 0,
  delayMs: 0,
  reopens: 0,
  reason: '',
  fence: 0,
}

const MAX_EVENTS = 8

/** The events of one circuit that the store has not answered yet. */
export class EventQueue {
  #events: readonly QueuedEvent[] = []

  get isEmpty(): boolean {
    return this.#events.length === 0
  }

  /** Adds an event. Removes the oldest one when there are too many, since later events replace it. */
  add(event: QueuedEvent): void {
    this.#events = [...this.#events, event].slice(-MAX_EVENTS)
  }

  /**
   * Removes and returns the events to report at `now`. Drops an opening whose delay is over. Events
   * under a requested lease stay in the queue until its number is known.
   *
   * @param fence the number of the lease; 0 for none, {@link PENDING_FENCE} while it is requested
   */
  take(now: number, fence: number): readonly QueuedEvent[] {
    const current = this.#events.filter(({ at, delayMs }) => delayMs === 0 || now < at + delayMs)
    const waits = (each: QueuedEvent) => fence === PENDING_FENCE && each.fence === PENDING_FENCE
    this.#events = current.filter(waits)
    return current
      .filter((each) => !waits(each))
      .map((each) => (each.fence === PENDING_FENCE ? { ...each, fence } : each))
  }

  /** Puts back events whose exchange failed. */
  putBack(events: readonly QueuedEvent[]): void {
    this.#events = [...events, ...this.#events].slice(-MAX_EVENTS)
  }
}

/** The rest of the delay of an event at `now`, in the format of a report. */
export function remainingDelayMs({ at, delayMs }: QueuedEvent, now: number): number {
  const remainingMs = delayMs === 0 ? 0 : Math.max(0, Math.round(at + delayMs - now))
  return remainingMs > MAX_MS ? NEVER : remainingMs
}
