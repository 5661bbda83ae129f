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
import { tabFleet } from '@fluxgate/fleet/tabs'
import { cooldownMs } from '../url-settings.ts'

export const circuits = new CircuitRegistry({
  // Other tabs of this page know at once when a circuit opens, and one tab probes for all.
  defaults: { timeoutMs: 1_000, retry: cooldown(cooldownMs), shared: tabFleet() },
})

const enoughCalls = minRequests(10)

// Half of the last 20 calls failed.
circuits.define('catalog', {
  window: countWindow(20),
  tripper: enoughCalls.and(failureRate(0.5)),
})

// Opens quickly, and waits longer after each failed recovery.
circuits.define('payments', {
  window: timeWindow(10_000),
  tripper: failureStreak(5).or(enoughCalls.and(failureRate(0.3))),
  retry: backoff({ initialMs: cooldownMs, jitter: 0.1 }),
})

// Slow calls count too. Traffic increases gradually after recovery.
circuits.define('recommendations', {
  window: timeWindow(10_000),
  tripper: enoughCalls.and(failureRate(0.5).or(slowRate(0.5, 400))),
  permit: rampUp({ from: 0.2, to: 1, durationMs: cooldownMs }),
})

// A drop-in fetch. Without `key`: one circuit per origin.
export const guardedFetch = createFetch({
  registry: circuits,
  key: (request) => new URL(request.url).pathname.slice(1),
})
