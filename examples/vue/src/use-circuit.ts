import type { CircuitHandle } from '@fluxgate/core'
import { watchCircuit } from '@fluxgate/core/view'
import { onScopeDispose, shallowRef } from 'vue'

export function useCircuit(circuit: CircuitHandle) {
  const { getSnapshot, subscribe } = watchCircuit(circuit)
  const snapshot = shallowRef(getSnapshot())
  onScopeDispose(subscribe(() => (snapshot.value = getSnapshot())))
  return snapshot
}
