import type { CircuitBreaker } from '@fluxgate/core'
import { useCallback, useSyncExternalStore } from 'react'
import { useFoundCircuit } from './circuit-provider.ts'

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
  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const tick = () => {
        clearTimeout(timer)
        changed()
        const leftMs = leftMsOf(found)
        // at the next whole second, which is when the number changes
        if (leftMs !== undefined && leftMs > 0) timer = setTimeout(tick, leftMs % 1_000 || 1_000)
      }
      const leave = found.subscribe(tick)
      tick()
      return () => {
        clearTimeout(timer)
        leave()
      }
    },
    [found],
  )
  return useSyncExternalStore(
    subscribe,
    () => secondsOf(leftMsOf(found)),
    () => undefined,
  )
}

function leftMsOf(circuit: CircuitBreaker): number | undefined {
  const { retryAt } = circuit.snapshot()
  return retryAt === undefined ? undefined : Math.max(0, retryAt - Date.now())
}

function secondsOf(leftMs: number | undefined): number | undefined {
  return leftMs === undefined ? undefined : Math.ceil(leftMs / 1_000)
}
