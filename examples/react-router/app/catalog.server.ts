import { backoff, CircuitBreaker, failureStreak } from '@fluxgate/core'

const catalog = new CircuitBreaker({
  name: 'catalog',
  tripper: failureStreak(3),
  retry: backoff({ initialMs: 2_000, maxMs: 60_000, jitter: 0.1 }),
  timeoutMs: 2_000,
})

/** `signal` aborts when the user leaves. */
export function getItems(signal: AbortSignal): Promise<string[]> {
  return catalog.call(
    async ({ signal }) => {
      const response = await fetch(`${process.env.CATALOG_URL}/items`, { signal })
      if (!response.ok) throw new Error(`status ${response.status}`)
      return response.json()
    },
    { signal },
  )
}
