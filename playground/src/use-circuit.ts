import type { CircuitBreaker, Snapshot } from '@fluxgate/core'
import { useCallback, useSyncExternalStore } from 'react'

/** How often what time alone changes is looked at, ms: a call that leaves the window, a retry that is due. */
const LOOK_MS = 250

/** The circuit now; renders when something in its snapshot changed. */
export function useCircuit(circuit: CircuitBreaker): Snapshot {
  const subscribe = useCallback(
    (changed: () => void) => {
      const timer = setInterval(changed, LOOK_MS)
      const leave = circuit.subscribe({ onSignal: changed, onCall: changed })
      return () => {
        clearInterval(timer)
        leave()
      }
    },
    [circuit],
  )
  return useSyncExternalStore(subscribe, () => circuit.snapshot())
}
