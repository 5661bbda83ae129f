import { COOLDOWN_MS } from '@fluxgate/testkit/rig'
import {
  type BreakerOptions,
  CircuitBreaker,
  cooldown,
  failureRate,
  minRequests,
  type Signal,
} from '../../src/index.ts'
import { seededRandom } from '../../src/testing/index.ts'
import { FaultyClock } from './faulty-clock.ts'

export const down = new Error('down')

/** A breaker on a clock that can do anything; an error that it tells fails the test. */
export function bench(options: Partial<BreakerOptions> = {}) {
  const clock = new FaultyClock()
  const signals: Signal[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    clock,
    random: seededRandom(1),
    tripper: minRequests(2).and(failureRate(0.5)),
    retry: cooldown(COOLDOWN_MS),
    listeners: [(signal) => void signals.push(signal)],
    onError: (error) => {
      throw error
    },
    ...options,
  })
  const moves = () => signals.map(({ oldState, newState }) => `${oldState}>${newState}`)
  return { clock, signals, breaker, moves }
}

/** What it threw, if it did. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
