import { isCallNotPermitted } from '@fluxgate/core'
import { type ServiceName, serviceNames } from '../knobs.ts'
import { Store } from '../ui/store.ts'

/** The outcome of a call: a successful response, a failure, or a rejection by the circuit. */
export type CallOutcome = 'answered' | 'failed' | 'rejected'

export interface Call {
  readonly service: ServiceName
  /** Undefined while the call is pending. */
  outcome: CallOutcome | undefined
  readonly settled: Promise<CallOutcome>
}

export type OutcomeCounts = Readonly<Record<CallOutcome, number>>

/** Calls the services in turn at a fixed rate while the page is visible. */
export class Traffic {
  /** Calls per second over all services. */
  readonly rate: Store<number>
  readonly counts = new Store<Readonly<Record<ServiceName, OutcomeCounts>>>({
    catalog: noCalls,
    payments: noCalls,
    recommendations: noCalls,
  })
  readonly #send: (service: ServiceName) => Promise<Response>
  readonly #listeners = new Set<(call: Call) => void>()
  #next = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(send: (service: ServiceName) => Promise<Response>, rate: number) {
    this.#send = send
    this.rate = new Store(rate)
    this.rate.subscribe(() => this.#schedule())
    document.addEventListener('visibilitychange', () => this.#schedule())
    this.#schedule()
  }

  /** Calls the listener at the start of every call. Returns a function that unsubscribes. */
  subscribe(listener: (call: Call) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
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
    const service = serviceNames[this.#next++ % serviceNames.length] ?? 'catalog'
    const settled = outcomeOf(this.#send(service))
    const call: Call = { service, outcome: undefined, settled }
    void settled.then((outcome) => {
      call.outcome = outcome
      this.#count(service, outcome)
    })
    for (const listener of this.#listeners) listener(call)
  }

  #count(service: ServiceName, outcome: CallOutcome): void {
    const counts = this.counts.get()
    const ofService = counts[service]
    this.counts.set({ ...counts, [service]: { ...ofService, [outcome]: ofService[outcome] + 1 } })
  }
}

const noCalls: OutcomeCounts = { answered: 0, failed: 0, rejected: 0 }

async function outcomeOf(sent: Promise<Response>): Promise<CallOutcome> {
  try {
    return (await sent).ok ? 'answered' : 'failed'
  } catch (error) {
    return isCallNotPermitted(error) ? 'rejected' : 'failed'
  }
}
