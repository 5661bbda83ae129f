import type { CircuitHandle } from '@fluxgate/core'
import { useSyncExternalStore } from 'react'
import { useResolvedCircuit } from './resolved-circuits.ts'
import { countdownOf } from './retry-countdown.ts'

/**
 * Returns the whole seconds until an open circuit may probe, and 0 when it may probe now.
 *
 * Undefined in other states, without a retry time, and on the server, where the number would be out
 * of date when the page is shown. The component renders once a second, only while the circuit is open.
 *
 * @param circuit a circuit, or its name in the registry of the nearest `CircuitProvider`
 * @throws Error as `useCircuit` does
 * @example
 * const seconds = useRetryCountdown('payments')
 * return seconds !== undefined && <p>Next try in {seconds} s</p>
 */
export function useRetryCountdown(circuit: CircuitHandle | string): number | undefined {
  const { subscribe, seconds } = countdownOf(useResolvedCircuit(circuit))
  return useSyncExternalStore(subscribe, seconds, () => undefined)
}
