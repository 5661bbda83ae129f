import type { Report } from './message.ts'

/**
 * Shares circuits between instances. A store keeps a record of each circuit. It applies reports to the
 * record with `applyReport` (transition.ts), atomically and with its own clock.
 *
 * Both methods may fail at any time: the fleet then continues alone and tries again. The fleet
 * validates everything that a store returns.
 */
export interface FleetStore {
  /**
   * Applies reports in order, in one round trip. Several reports of one exchange may be about the same
   * circuit. The fleet has at most one exchange pending, and stops waiting after `timeoutMs`.
   *
   * @param instance the id of the instance that reports
   * @returns an `Answer` for each report, in the same order; or an `Error`, if the store cannot answer
   * about that circuit, but can answer about others
   */
  exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]>
  /**
   * Calls the listener for each change that a report of any instance causes. The fleet subscribes when
   * its first circuit joins, and again after a failure.
   *
   * @returns a function that unsubscribes, or a promise of it
   */
  subscribe?(listener: StoreListener): (() => void) | Promise<() => void>
}

/** Receives what a store publishes. Its methods never throw. */
export interface StoreListener {
  /** @param update a `StateUpdate`, as an object or as JSON text */
  onUpdate(update: unknown): void
  /** Updates may have been lost, for example after a reconnect. The fleet requests all states. */
  onGap(): void
}
