import type { BreakerOptions, CallEvent, CircuitRegistry, Signal } from '@fluxgate/core'
import type { CreateFetchOptions } from '@fluxgate/core/fetch'
import type { RigModules } from './subject-rig.ts'

export interface FetchRigModules extends RigModules {
  readonly fetch: typeof import('@fluxgate/core/fetch')
}

export type FetchRigOptions = Omit<CreateFetchOptions, 'registry' | 'defaults'> & {
  readonly defaults?: Omit<BreakerOptions, 'name' | 'listeners'> | undefined
}

/**
 * A guarded fetch under a manual clock that records its signals and events. One failure opens a
 * circuit for a second. fetch-rig.ts binds it to the sources.
 */
export class SubjectFetchRig {
  readonly clock: InstanceType<RigModules['testing']['ManualClock']>
  readonly signals: Signal[] = []
  readonly events: CallEvent[] = []
  readonly registry: CircuitRegistry
  readonly fetch: typeof fetch

  constructor(
    { core, fetch, testing }: FetchRigModules,
    { defaults = {}, ...options }: FetchRigOptions = {},
  ) {
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
    this.fetch = fetch.createFetch({ ...options, registry: this.registry })
  }

  get circuitNames(): string[] {
    return [...this.registry].map(({ name }) => name)
  }

  get outcomes(): string[] {
    return this.events.map(({ outcome }) => outcome)
  }
}
