import {
  type BreakerOptions,
  CircuitBreaker,
  cooldown,
  failureRate,
  type Listener,
  minRequests,
  slowRate,
} from '@fluxgate/core'
import { ManualClock } from '@fluxgate/core/testing'

/** Circuits under a manual clock, with a listener under test. */
export abstract class CircuitRig {
  readonly clock = new ManualClock()
  /** What the circuits reported to `onError`. */
  readonly errors: unknown[] = []

  abstract listener(): Listener

  /** A circuit that opens when half of at least 2 calls fail, or all of them take a second. */
  circuit(
    name: string,
    listener = this.listener(),
    options: Partial<BreakerOptions> = {},
  ): CircuitBreaker {
    return new CircuitBreaker({
      name,
      clock: this.clock,
      tripper: minRequests(2).and(failureRate(0.5).or(slowRate(1, 1_000))),
      retry: cooldown(30_000),
      probes: 1,
      listeners: [listener],
      onError: (error) => this.errors.push(error),
      ...options,
    })
  }

  call(breaker: CircuitBreaker, outcome: 'success' | 'failure', durationMs = 0): void {
    const ticket = breaker.acquire()
    this.clock.advance(durationMs)
    if (outcome === 'success') ticket.success()
    else ticket.failure(new Error('down'))
  }
}
