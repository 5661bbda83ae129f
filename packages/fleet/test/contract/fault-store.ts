import type { FleetStore, StoreListener } from '../../src/store/fleet-store.ts'
import type { Answer, Report } from '../../src/store/message.ts'

/** The way of one instance to a store, with faults. */
export class FaultStore implements FleetStore {
  readonly #store: FleetStore
  /** `down`: fails at once. `silent`: takes reports and never answers. `deaf`: loses reports, too. */
  mode: 'up' | 'down' | 'silent' | 'deaf' = 'up'
  dropsNews = false
  /** Answers wait for this promise. */
  delay: Promise<void> | undefined
  exchanges = 0
  /** Changes answers on their way. */
  distort: (answer: unknown) => unknown = (answer) => answer
  readonly reports: Report[] = []
  /** What the store answered, and when. */
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
    if (this.mode === 'deaf') return new Promise(() => {})
    const answers = await this.#store.exchange(instance, reports)
    const at = this.#now()
    for (const answer of answers) this.answers.push({ at, answer: answer as Answer })
    if (this.mode === 'silent') return new Promise(() => {})
    await this.delay
    return answers.map(this.distort)
  }

  async subscribe(listener: StoreListener): Promise<() => void> {
    if (this.mode !== 'up') throw new Error('the store is down')
    const unsubscribe = await this.#store.subscribe?.({
      onNews: (news) => {
        if (this.mode === 'up' && !this.dropsNews) listener.onNews(news)
      },
      onGap: () => listener.onGap(),
    })
    return () => unsubscribe?.()
  }
}
