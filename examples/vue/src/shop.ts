import { backoff, CircuitBreaker, failureStreak, isCallNotPermitted } from '@fluxgate/core'
import { reactive } from 'vue'

/** A store: a circuit may be part of reactive data. */
export const shop = reactive({
  items: [] as string[],
  catalog: new CircuitBreaker({
    name: 'catalog',
    tripper: failureStreak(3),
    retry: backoff({ initialMs: 2_000, maxMs: 60_000, jitter: 0.1 }),
    timeoutMs: 5_000,
  }),

  async load() {
    try {
      this.items = await this.catalog.call(async ({ signal }) => {
        const response = await fetch('/api/items', { signal })
        if (!response.ok) throw new Error(`status ${response.status}`)
        return response.json()
      })
    } catch (error) {
      if (!isCallNotPermitted(error)) console.warn(error)
    }
  },
})
