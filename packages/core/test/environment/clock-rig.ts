import {
  type BreakerOptions,
  CircuitBreaker,
  cooldown,
  failureRate,
  minRequests,
} from '@fluxgate/core'
import { seededRandom } from '@fluxgate/core/testing'
import { COOLDOWN_MS } from '@fluxgate/testkit/rig'
import { FaultyClock } from './faulty-clock.ts'

/** A breaker on a clock that can jump; an error that it reports fails the test. */
export function clockRig(options: Partial<BreakerOptions> = {}) {
  const clock = new FaultyClock()
  const transitions: string[] = []
  const breaker = new CircuitBreaker({
    name: 'payments',
    clock,
    random: seededRandom(1),
    tripper: minRequests(2).and(failureRate(0.5)),
    retry: cooldown(COOLDOWN_MS),
    listeners: [({ oldState, newState }) => void transitions.push(`${oldState}>${newState}`)],
    onError: (error) => {
      throw error
    },
    ...options,
  })
  return { clock, breaker, transitions }
}
