import type { Signal } from '@fluxgate/core'
import { MAX_MS, NEVER, type ReportEvent } from '../store/message.ts'

/** Something that happened to the circuit and that the store does not know yet. */
export interface Entry {
  readonly event: ReportEvent
  /** Monotonic ms. */
  readonly at: number
  /** Ms from `at` until the circuit probes; `Infinity` for never. */
  readonly delayMs: number
  readonly reopens: number
  readonly reason: string
  /** The lease under which it happened; 0 for none, {@link PENDING} for the one that is requested. */
  readonly fence: number
  /** The signal of the circuit, for listeners that wait for the answer. */
  readonly signal?: Signal
}

/** The number of a lease that the store has not given yet. */
export const PENDING = -1

/** A report without an event. */
export const NOTHING: Entry = { event: 'none', at: 0, delayMs: 0, reopens: 0, reason: '', fence: 0 }

const MAX_ENTRIES = 8

/** The events of one circuit on their way to the store. They stay until the store answers. */
export class Outbox {
  #entries: readonly Entry[] = []

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** When the store is away for long, the oldest events are of no use any more. */
  add(entry: Entry): void {
    this.#entries = [...this.#entries, entry].slice(-MAX_ENTRIES)
  }

  /**
   * Removes and returns all that is of use at `now`: an opening whose delay is over is not. What
   * happened under a lease that is requested waits for its number.
   *
   * @param fence the number of the lease; 0 for none, {@link PENDING} while it is requested
   */
  take(now: number, fence: number): readonly Entry[] {
    const useful = this.#entries.filter(({ at, delayMs }) => delayMs === 0 || now < at + delayMs)
    const waits = (entry: Entry) => fence === PENDING && entry.fence === PENDING
    this.#entries = useful.filter(waits)
    return useful
      .filter((entry) => !waits(entry))
      .map((entry) => (entry.fence === PENDING ? { ...entry, fence } : entry))
  }

  /** Puts back what did not arrive. */
  putBack(entries: readonly Entry[]): void {
    this.#entries = [...entries, ...this.#entries].slice(-MAX_ENTRIES)
  }
}

/** What is left of the delay of `entry` at `now`, as it travels. */
export function delayLeftMs({ at, delayMs }: Entry, now: number): number {
  const leftMs = delayMs === 0 ? 0 : Math.max(0, Math.round(at + delayMs - now))
  return leftMs > MAX_MS ? NEVER : leftMs
}
