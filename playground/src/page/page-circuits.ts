import { CircuitRegistry, cooldown, failureStreak } from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { serviceNames } from '../knobs.ts'
import { cooldownMs } from '../url-settings.ts'

/** One circuit per card and one for the search. The other views have their own. */
export const pageCircuits = new CircuitRegistry({
  defaults: { tripper: failureStreak(3), retry: cooldown(cooldownMs), probes: 1, timeoutMs: 2_000 },
})
for (const name of [...serviceNames, 'search']) pageCircuits.define(name)

/** The query names the circuit, because cards and search call the same service. */
export const pageFetch = createFetch({
  registry: pageCircuits,
  key: (request) => new URL(request.url).searchParams.get('circuit') ?? 'unnamed',
})
