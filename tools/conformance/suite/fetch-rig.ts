import type { BreakerOptions, CallEvent, CircuitRegistry, Signal } from '@fluxgate/core'
import type { CreateFetchOptions } from '@fluxgate/core/fetch'
import type { Subject } from './subject.ts'

type Options = Omit<CreateFetchOptions, 'registry' | 'defaults'> & {
  readonly defaults?: Omit<BreakerOptions, 'name' | 'listeners'>
}

/** A guarded fetch on the bench: one failure opens a circuit for a second, all it tells is kept. */
export class FetchRig {
  readonly clock: InstanceType<Subject['testing']['ManualClock']>
  readonly signals: Signal[] = []
  readonly events: CallEvent[] = []
  readonly registry: CircuitRegistry
  readonly fetch: typeof fetch

  constructor(subject: Subject, { defaults = {}, ...options }: Options = {}) {
    const { core, testing } = subject
    this.clock = new testing.ManualClock()
    this.registry = new core.CircuitRegistry({
      defaults: {
        tripper: core.failureStreak(1),
        retry: core.cooldown(1_000),
        probes: 1,
        clock: this.clock,
        random: testing.seededRandom(1),
        ...defaults,
        listeners: [
          {
            onSignal: (signal) => void this.signals.push(signal),
            onCall: (event) => void this.events.push(event),
          },
        ],
      },
    })
    this.fetch = subject.fetch.createFetch({ ...options, registry: this.registry })
  }

  get circuitNames(): string[] {
    return [...this.registry].map(({ name }) => name)
  }

  get outcomes(): string[] {
    return this.events.map(({ outcome }) => outcome)
  }
}
