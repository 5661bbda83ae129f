import type { CircuitBreaker } from '@fluxgate/core'
import { useSyncExternalStore } from 'react'
import { useFoundCircuit } from './circuit-provider.ts'
import { watchOf } from './circuit-watch.ts'

/**
 * Whole seconds until an open circuit may probe; 0 when it may now; undefined in any other state,
 * for never, and on the server, whose seconds would be over when the page is seen.
 *
 * Ticks once a second, and only while the circuit is open.
 *
 * @param circuit a circuit, or its name in the registry of the nearest `CircuitProvider`
 * @throws Error as `useCircuit` does
 * @example
 * const seconds = useRetryCountdown('payments')
 * return seconds !== undefined && <p>Back in {seconds} s</p>
 */
export function useRetryCountdown(circuit: CircuitBreaker | string): number | undefined {
  const found = useFoundCircuit(circuit)
  const seconds = () => {
    const { retryAt } = found.snapshot()
    return retryAt && Math.max(0, Math.ceil((retryAt - found.clock.timestamp()) / 1_000))
  }
  return useSyncExternalStore(watchOf(found).subscribe, seconds, () => undefined)
}
