import type { CircuitHandle } from '@fluxgate/core'
import { watchCircuit } from '@fluxgate/core/view'
import { from } from 'solid-js'

export function createCircuit(circuit: CircuitHandle) {
  const { getSnapshot, subscribe } = watchCircuit(circuit)
  return from((set) => subscribe(() => set(getSnapshot)), getSnapshot())
}
