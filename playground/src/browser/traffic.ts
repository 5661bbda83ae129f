import { isCallNotPermitted } from '@fluxgate/core'
import { type ServiceName, serviceNames } from '../knobs.ts'
import { Store } from '../ui/store.ts'

/** What became of a call: answered well, answered badly or not at all, stopped at the gate. */
export type Fate = 'answered' | 'failed' | 'stopped'

export interface Call {
  readonly service: ServiceName
  /** Undefined while nobody knows. */
  fate: Fate | undefined
  readonly settled: Promise<Fate>
}

export type Tally = Readonly<Record<Fate, number>>

/** Calls the services in turn, so many times a second, while the page is looked at. */
export class Traffic {
  /** Calls per second over all services; 0 is none. */
  readonly rate: Store<number>
  readonly tallies = new Store<Readonly<Record<ServiceName, Tally>>>({
    catalog: none,
    payments: none,
    recommendations: none,
  })
  readonly #send: (service: ServiceName) => Promise<Response>
  readonly #watchers = new Set<(call: Call) => void>()
  #turn = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(send: (service: ServiceName) => Promise<Response>, rate: number) {
    this.#send = send
    this.rate = new Store(rate)
    this.rate.subscribe(() => this.#schedule())
    document.addEventListener('visibilitychange', () => this.#schedule())
    this.#schedule()
  }

  /** Tells of every call as it starts. */
  subscribe(watch: (call: Call) => void): () => void {
    this.#watchers.add(watch)
    return () => this.#watchers.delete(watch)
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    const rate = this.rate.get()
    if (rate === 0 || document.hidden) return
    this.#timer = setTimeout(() => {
      this.#call()
      this.#schedule()
    }, 1000 / rate)
  }

  #call(): void {
    const service = serviceNames[this.#turn++ % serviceNames.length] ?? 'catalog'
    const settled = fateOf(this.#send(service))
    const call: Call = { service, fate: undefined, settled }
    void settled.then((fate) => {
      call.fate = fate
      this.#count(service, fate)
    })
    for (const watch of this.#watchers) watch(call)
  }

  #count(service: ServiceName, fate: Fate): void {
    const tallies = this.tallies.get()
    const tally = tallies[service]
    this.tallies.set({ ...tallies, [service]: { ...tally, [fate]: tally[fate] + 1 } })
  }
}

const none: Tally = { answered: 0, failed: 0, stopped: 0 }

async function fateOf(sent: Promise<Response>): Promise<Fate> {
  try {
    return (await sent).ok ? 'answered' : 'failed'
  } catch (error) {
    return isCallNotPermitted(error) ? 'stopped' : 'failed'
  }
}
