import type { CircuitHandle } from '@fluxgate/core'
import { watchCircuit } from '@fluxgate/core/view'
import { createSubscriber } from 'svelte/reactivity'

export function circuitState(circuit: CircuitHandle) {
  const { getSnapshot, subscribe } = watchCircuit(circuit)
  const track = createSubscriber(subscribe)
  return {
    get current() {
      track()
      return getSnapshot()
    },
  }
}
