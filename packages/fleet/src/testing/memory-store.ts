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
 * A store in this process, for tests and examples: give it to several fleets, which then behave as if
 * they were on several hosts.
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
      const life = randomId(this.#random)
      const before = this.#records.get(report.name)
      const now = Math.floor(this.#clock.timestamp())
      const { record, answer, isNews } = applyReport(before, instance, report, now, life)
      this.#records.set(report.name, record)
      if (isNews) for (const listener of this.#listeners) listener.onNews(answer)
      return answer
    })
  }

  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Forgets all circuits, as a store that is restarted without its data. */
  clear(): void {
    this.#records.clear()
  }
}
