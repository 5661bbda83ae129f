import { CircuitRegistry, cooldown, failureStreak } from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { serviceNames } from '../knobs.ts'
import { cooldownMs } from '../url-settings.ts'

/** A circuit for each card and one for the search, apart from those of the other views. */
export const pageCircuits = new CircuitRegistry({
  defaults: { tripper: failureStreak(3), retry: cooldown(cooldownMs), probes: 1, timeoutMs: 2_000 },
})
for (const name of [...serviceNames, 'search']) pageCircuits.define(name)

/** The circuit is named in the query, because cards and search call the same service. */
export const pageFetch = createFetch({
  registry: pageCircuits,
  key: (request) => new URL(request.url).searchParams.get('circuit') ?? 'unnamed',
})
