import { backoff, CircuitBreaker, failureStreak } from '@fluxgate/core'

export const catalog = new CircuitBreaker({
  name: 'catalog',
  tripper: failureStreak(3),
  retry: backoff({ initialMs: 2_000, maxMs: 60_000, jitter: 0.1 }),
  timeoutMs: 5_000,
})

export const getItems = (): Promise<string[]> =>
  catalog.call(async ({ signal }) => {
    const response = await fetch('/api/items', { signal })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return response.json()
  })
