import type { Report } from './message.ts'

/**
 * Where instances share what they know. A store applies `applyReport` (transition.ts) to what it
 * keeps of a circuit, atomically and with its own clock.
 *
 * Both methods may fail at any time: the fleet then goes on alone and tries again. What a store
 * returns is untrusted; the fleet validates it.
 */
export interface FleetStore {
  /**
   * Applies reports in order, in one round trip. The reports of one exchange may name the same circuit
   * more than once. The fleet has at most one exchange pending, and gives up after `timeoutMs`.
   *
   * @param instance the id of the instance that reports
   * @returns an `Answer` for each report, in the same order; an `Error` in place of one when the store
   * cannot answer about that circuit, but about others
   */
  exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]>
  /**
   * Passes on each change that a report of any instance causes. It is called once the first circuit
   * joins, and again after a failure.
   *
   * @returns a function that unsubscribes, or a promise of it
   */
  subscribe?(listener: StoreListener): (() => void) | Promise<() => void>
}

/** Receives what a store publishes. Its methods never throw. */
export interface StoreListener {
  /** @param news a `News`, as an object or as JSON text */
  onNews(news: unknown): void
  /** Messages may have been lost, for example after a reconnect: the fleet asks for the state. */
  onGap(): void
}
