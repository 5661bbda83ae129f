import { CircuitBreaker, cooldown, failureStreak } from '../../src/index.ts'

// Runs as a process: prints the resources that would keep it alive, and must then exit.
const breaker = new CircuitBreaker({
  name: 'payments',
  tripper: failureStreak(1),
  retry: cooldown(3_600_000),
  timeoutMs: 60_000,
  listeners: [() => Promise.resolve(), { onCall() {} }],
})
const { signal } = new AbortController()
await breaker.call(() => 'works')
await breaker.call(() => 'works', { signal })
await breaker.call(() => Promise.reject(new Error('down')), { signal }).catch(() => {})
await breaker.call(() => 'rejected').catch(() => {})
console.log(JSON.stringify({ state: breaker.state, alive: process.getActiveResourcesInfo() }))
