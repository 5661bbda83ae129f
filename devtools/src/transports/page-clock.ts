import type { WireEvent } from '@fluxgate/core/devtools'

/** Clocks that differ less than this, beyond the duration of a read, count as equal. */
const TOLERANCE_MS = 1_000

/**
 * Converts the times in the events of a document to the time of the panel. The clocks differ when the
 * page runs on another machine, such as a phone, or when a test replaced `Date`. A circuit can also
 * have a clock of its own, such as a `ManualClock`.
 */
export class PageClock {
  // added to the times of the page
  #offsetMs = 0
  // by circuit: its last transition in its own time, and what was added to it
  readonly #transitions = new Map<string, { readonly at: number; readonly shiftMs: number }>()

  /**
   * Compares the clocks. The offset changes only when the page's time is not within the read, so that
   * a slow answer does not move events.
   *
   * @param pageNow time of the read by the page's clock, Unix ms
   * @param sentAt @param receivedAt the read by the panel's clock, Unix ms
   */
  compare(pageNow: number, sentAt: number, receivedAt: number): void {
    const isWithinRead = (at: number) =>
      at >= sentAt - TOLERANCE_MS && at <= receivedAt + TOLERANCE_MS
    if (isWithinRead(pageNow + this.#offsetMs)) return
    this.#offsetMs = isWithinRead(pageNow) ? 0 : Math.round((sentAt + receivedAt) / 2 - pageNow)
  }

  /** Removes the circuits of the previous document. */
  reset(): void {
    this.#transitions.clear()
  }

  /** @param lags by circuit: how far its clock is behind that of the page, in ms */
  convert(
    events: readonly WireEvent[],
    lags: Readonly<Record<string, number>> = {},
  ): readonly WireEvent[] {
    // the usual case: one clock
    if (this.#offsetMs === 0 && this.#transitions.size === 0 && Object.keys(lags).length === 0) {
      return events
    }
    return events.map((event) => this.#convertEvent(event, lags[event.circuit] ?? 0))
  }

  #convertEvent(event: WireEvent, lagMs: number): WireEvent {
    const { circuit } = event
    const shiftMs = this.#offsetMs + lagMs
    switch (event.type) {
      case 'signal': {
        const { timestamp, retryAt } = event.signal
        this.#transitions.set(circuit, { at: timestamp, shiftMs })
        const times = shifted({ timestamp, retryAt }, shiftMs)
        return { ...event, signal: { ...event.signal, ...times } }
      }
      case 'circuit-added': {
        const { since, retryAt } = event.snapshot
        this.#transitions.set(circuit, { at: since, shiftMs })
        return {
          ...event,
          snapshot: { ...event.snapshot, ...shifted({ since, retryAt }, shiftMs) },
        }
      }
      case 'metrics': {
        const { since, retryAt } = event.snapshot
        // the same shift as for the transition, because the panel compares both times
        const last = this.#transitions.get(circuit)
        const times = shifted({ since, retryAt }, last?.at === since ? last.shiftMs : shiftMs)
        return {
          ...event,
          ...shifted({ timestamp: event.timestamp }, this.#offsetMs),
          snapshot: { ...event.snapshot, ...times },
        }
      }
      case 'rejected':
      case 'command':
      case 'circuit-removed':
        return { ...event, ...shifted({ timestamp: event.timestamp }, this.#offsetMs) }
      default:
        return event satisfies never
    }
  }
}

/** Adds `shiftMs` to the times that are present. */
function shifted<T extends Readonly<Record<string, number | undefined>>>(
  times: T,
  shiftMs: number,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(times).flatMap(([key, at]) =>
    at === undefined ? [] : [[key, Math.max(0, at + shiftMs)]],
  )
  return Object.fromEntries(entries)
}
