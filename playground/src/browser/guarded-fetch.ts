import {
  backoff,
  CircuitRegistry,
  cooldown,
  countWindow,
  failureRate,
  failureStreak,
  minRequests,
  rampUp,
  slowRate,
  timeWindow,
} from '@fluxgate/core'
import { createFetch } from '@fluxgate/core/fetch'
import { cooldownMs } from '../url-settings.ts'

export const circuits = new CircuitRegistry({
  defaults: { timeoutMs: 1_000, retry: cooldown(cooldownMs) },
})

const enough = minRequests(10)

// Half of the last 20 calls failed.
circuits.define('catalog', {
  window: countWindow(20),
  tripper: enough.and(failureRate(0.5)),
})

// Quick to stop, and each time slower to come back.
circuits.define('payments', {
  window: timeWindow(10_000),
  tripper: failureStreak(5).or(enough.and(failureRate(0.3))),
  retry: backoff({ initialMs: cooldownMs, jitter: 0.1 }),
})

// Slow is broken too. Traffic comes back bit by bit.
circuits.define('recommendations', {
  window: timeWindow(10_000),
  tripper: enough.and(failureRate(0.5).or(slowRate(0.5, 400))),
  permit: rampUp({ from: 0.2, to: 1, durationMs: cooldownMs }),
})

// A drop-in fetch. Without `key`: one circuit per origin.
export const guardedFetch = createFetch({
  registry: circuits,
  key: (request) => new URL(request.url).pathname.slice(1),
})
