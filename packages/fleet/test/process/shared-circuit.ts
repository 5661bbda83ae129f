// A process with a shared circuit, for each state of the store. It must end by itself.
import { CircuitBreaker, failureStreak } from '@fluxgate/core'
import { createFleet } from '../../src/fleet/create-fleet.ts'
import { MemoryStore } from '../../src/testing/memory-store.ts'

const [mode] = process.argv.slice(2)
const memory = new MemoryStore()
const stores = {
  up: memory,
  down: { exchange: () => Promise.reject(new Error('down')), subscribe: () => Promise.reject(1) },
  throwing: {
    exchange() {
      throw new Error('down')
    },
    subscribe() {
      throw new Error('down')
    },
  },
  hanging: {
    exchange: () => new Promise<never>(() => {}),
    subscribe: () => new Promise<never>(() => {}),
  },
  // the store rejects after the time limit of the fleet
  late: {
    exchange: () =>
      new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('late')), 60)
      }),
  },
}
const store = stores[mode as keyof typeof stores]
let errors = 0
const fleet = createFleet(store, { timeoutMs: 20, retryMs: 100, onError: () => errors++ })
const breaker = new CircuitBreaker({ name: 'payments', shared: fleet, tripper: failureStreak(1) })
await breaker.call(() => Promise.reject(new Error('503'))).catch(() => {})
await breaker.call(() => 1).catch(() => {})
const ok = await fleet.flush()
await new Promise((resolve) => setTimeout(resolve, 300))
console.log(JSON.stringify({ ok, errors: Math.min(errors, 2), state: breaker.state }))
