import Anthropic from '@anthropic-ai/sdk'
import { backoff, CircuitRegistry, failureStreak, isCallNotPermitted } from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import OpenAI from 'openai'

export const circuits = new CircuitRegistry({
  defaults: {
    tripper: failureStreak(3),
    retry: backoff({ initialMs: 1_000, maxMs: 60_000, jitter: 0.1 }),
  },
})
/** For the time until the answer begins. A stream may take longer. */
const timeoutMs = 10_000

export const openai = new OpenAI({
  fetch: createFetch({ registry: circuits, key: () => 'openai', timeoutMs }),
  maxRetries: 0,
})

export const anthropic = new Anthropic({
  fetch: createFetch({
    registry: circuits,
    key: () => 'anthropic',
    timeoutMs,
    fallback: (error) => {
      if (!isCallNotPermitted(error)) throw error
      return new Response(null, { status: 503, headers: { 'x-should-retry': 'false' } })
    },
  }),
  maxRetries: 1,
})
