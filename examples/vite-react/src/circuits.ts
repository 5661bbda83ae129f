import { backoff, CircuitRegistry, failureStreak } from '@fluxgate/core'
import { devtoolsListener } from '@fluxgate/core/devtools'
import { createFetch } from '@fluxgate/core/fetch'

export const circuits = new CircuitRegistry({
  defaults: {
    tripper: failureStreak(3),
    retry: backoff({ initialMs: 2_000, maxMs: 60_000, jitter: 0.1 }),
    timeoutMs: 5_000,
    listeners: [import.meta.env.DEV && devtoolsListener()],
  },
})
circuits.define('catalog')

export const guardedFetch = createFetch({ registry: circuits, key: () => 'catalog' })
