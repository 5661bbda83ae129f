import {
  backoff,
  CircuitRegistry,
  failureStreak,
  findRejection,
  WebhookListener,
} from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

export interface Settings {
  CATALOG_URL: string
  WEBHOOK_URL: string
}

/** `waitUntil` is for runtimes that end a request's work with its answer. */
export function createApp(
  { CATALOG_URL, WEBHOOK_URL }: Settings,
  waitUntil?: (promise: Promise<unknown>) => void,
) {
  const circuits = new CircuitRegistry({
    defaults: {
      tripper: failureStreak(3),
      retry: backoff({ initialMs: 1_000, maxMs: 60_000, jitter: 0.1 }),
      timeoutMs: 5_000,
      listeners: [new WebhookListener({ url: WEBHOOK_URL, waitUntil })],
    },
  })
  const guardedFetch = createFetch({ registry: circuits, key: () => 'catalog' })

  return new Hono()
    .get('/items', async (context) => {
      const response = await guardedFetch(`${CATALOG_URL}/items`)
      return context.json(await response.json(), response.ok ? 200 : 502)
    })
    .get('/health', (context) =>
      context.json(Array.from(circuits, ({ name, state }) => ({ name, state }))),
    )
    .onError((error, context) => {
      const rejection = findRejection(error)
      if (rejection === undefined) return context.text('error', 500)
      const status = rejection.status as ContentfulStatusCode
      return context.json({ error: 'try again later' }, status, { ...rejection.headers })
    })
}
