import { type CircuitBreakerPolicy, CountBreaker, circuitBreaker, handleAll } from 'cockatiel'
import { Circuit, SlidingCountBreaker } from 'mollitia'
import Opossum from 'opossum'

// Every peer counts the last 100 calls and opens at a failure rate of 50 %, from 10 calls on.

export function cockatiel(): CircuitBreakerPolicy {
  const breaker = new CountBreaker({ size: 100, threshold: 0.5, minimumNumberOfCalls: 10 })
  return circuitBreaker(handleAll, { halfOpenAfter: 30_000, breaker })
}

export function opossum(
  fn: () => Promise<unknown>,
  options: { readonly timeout?: number | false } = {},
): Opossum {
  return new Opossum(fn, {
    errorThresholdPercentage: 50,
    volumeThreshold: 10,
    resetTimeout: 30_000,
    ...options,
  })
}

export function mollitia(func: () => Promise<unknown>): Circuit {
  const breaker = new SlidingCountBreaker({
    slidingWindowSize: 100,
    minimumNumberOfCalls: 10,
    failureRateThreshold: 50,
    openStateDelay: 30_000,
  })
  return new Circuit({ func, options: { modules: [breaker] } })
}
