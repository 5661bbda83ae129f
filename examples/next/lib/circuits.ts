import { backoff, CircuitRegistry, failureStreak } from '@fluxgate/core'
import { PrometheusListener } from '@fluxgate/listeners/prometheus'

function createCircuits() {
  return new CircuitRegistry({
    defaults: {
      tripper: failureStreak(3),
      retry: backoff({ initialMs: 2_000, maxMs: 60_000, jitter: 0.1 }),
      timeoutMs: 2_000,
      listeners: [new PrometheusListener()],
    },
  })
}

// Next.js evaluates this file once for pages and once for routes, and again at each hot reload.
const shared = globalThis as { circuits?: CircuitRegistry }
shared.circuits ??= createCircuits()
export const circuits = shared.circuits

export async function getItems(): Promise<string[]> {
  return circuits.get('catalog').call(async ({ signal }) => {
    const response = await fetch(`${process.env.CATALOG_URL}/items`, { cache: 'no-store', signal })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return response.json()
  })
}
