import {
  type BreakerOptions,
  type CallEvent,
  CircuitRegistry,
  cooldown,
  failureStreak,
  type Signal,
} from '@fluxgate/core'
import { type CreateFetchOptions, createFetch } from '@fluxgate/core/fetch'
import { ManualClock, seededRandom } from '@fluxgate/core/testing'

/** A guarded fetch on the bench: one failure opens a circuit for a second, and all it tells is kept. */
export class FetchRig {
  readonly clock = new ManualClock()
  readonly signals: Signal[] = []
  readonly events: CallEvent[] = []
  readonly registry: CircuitRegistry
  readonly fetch: typeof fetch

  constructor({
    defaults = {},
    ...options
  }: Omit<CreateFetchOptions, 'registry' | 'defaults'> & {
    defaults?: Omit<BreakerOptions, 'name' | 'listeners'> | undefined
  } = {}) {
    this.registry = new CircuitRegistry({
      defaults: {
        tripper: failureStreak(1),
        retry: cooldown(1_000),
        probes: 1,
        clock: this.clock,
        random: seededRandom(1),
        ...defaults,
        listeners: [
          {
            onSignal: (signal) => void this.signals.push(signal),
            onCall: (event) => void this.events.push(event),
          },
        ],
      },
    })
    this.fetch = createFetch({ ...options, registry: this.registry })
  }

  get circuitNames(): string[] {
    return [...this.registry].map(({ name }) => name)
  }

  get outcomes(): string[] {
    return this.events.map(({ outcome }) => outcome)
  }
}
