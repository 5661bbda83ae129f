import type { Clock } from '@fluxgate/core'
import { withTimers } from '../clock.ts'
import { randomId, systemRandom } from '../random.ts'
import type { FleetStore, StoreListener } from '../store/fleet-store.ts'
import type { Report } from '../store/message.ts'
import type { FleetRecord } from '../store/record.ts'
import { applyReport } from '../store/transition.ts'
import { checkMethods, checkOptions } from '../validation.ts'

/** Options of a {@link MemoryStore}. */
export interface MemoryStoreOptions {
  /** The time of the store. Default: the system's. */
  readonly clock?: Clock | undefined
  /** For the ids of the store's incarnations: 0 to below 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined
}

/**
 * A store in this process, for tests and examples. Fleets with the same store behave like fleets on
 * several hosts.
 *
 * @example
 * const store = new MemoryStore({ clock })
 * const fleets = [1, 2, 3].map(() => createFleet(store, { clock }))
 */
export class MemoryStore implements FleetStore {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #records = new Map<string, FleetRecord>()
  readonly #listeners = new Set<StoreListener>()

  /** @throws TypeError when an option is invalid */
  constructor(options: MemoryStoreOptions = {}) {
    checkOptions('MemoryStore', options, 'clock random')
    const { clock, random = systemRandom } = options
    if (clock !== undefined) checkMethods('MemoryStore: clock', clock, 'now', 'timestamp')
    this.#clock = withTimers(clock)
    this.#random = random
  }

  async exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]> {
    return reports.map((report) => {
      const incarnation = randomId(this.#random)
      const before = this.#records.get(report.name)
      const now = Math.floor(this.#clock.timestamp())
      const applied = applyReport(before, instance, report, now, incarnation)
      const { record, answer, hasChanged } = applied
      this.#records.set(report.name, record)
      if (hasChanged) for (const listener of this.#listeners) listener.onUpdate(answer)
      return answer
    })
  }

  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Removes all circuits, like a store that is restarted without its data. */
  clear(): void {
    this.#records.clear()
  }
}
