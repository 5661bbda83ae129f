import type { FleetStore, StoreListener } from '../../src/store/fleet-store.ts'
import type { Answer, Report } from '../../src/store/message.ts'

/** A store as one instance reaches it, with faults. */
export class FaultStore implements FleetStore {
  readonly #store: FleetStore
  /**
   * `down`: fails at once. `unresponsive`: applies reports and never answers. `partitioned`: reports are
   * lost.
   */
  mode: 'up' | 'down' | 'unresponsive' | 'partitioned' = 'up'
  dropsUpdates = false
  /** Answers wait for this promise. */
  delay: Promise<void> | undefined
  exchanges = 0
  /** Replaces each answer before the instance receives it. */
  replaceAnswer: (answer: unknown) => unknown = (answer) => answer
  readonly reports: Report[] = []
  /** The answers of the store, with their times. */
  readonly answers: { readonly at: number; readonly answer: Answer }[] = []
  readonly #now: () => number

  constructor(store: FleetStore, now: () => number) {
    this.#store = store
    this.#now = now
  }

  async exchange(instance: string, reports: readonly Report[]): Promise<readonly unknown[]> {
    this.exchanges++
    this.reports.push(...reports)
    if (this.mode === 'down') throw new Error('the store is down')
    if (this.mode === 'partitioned') return new Promise(() => {})
    const answers = await this.#store.exchange(instance, reports)
    const at = this.#now()
    for (const answer of answers) this.answers.push({ at, answer: answer as Answer })
    if (this.mode === 'unresponsive') return new Promise(() => {})
    await this.delay
    return answers.map(this.replaceAnswer)
  }

  async subscribe(listener: StoreListener): Promise<() => void> {
    if (this.mode !== 'up') throw new Error('the store is down')
    const unsubscribe = await this.#store.subscribe?.({
      onUpdate: (update) => {
        if (this.mode === 'up' && !this.dropsUpdates) listener.onUpdate(update)
      },
      onGap: () => listener.onGap(),
    })
    return () => unsubscribe?.()
  }
}
