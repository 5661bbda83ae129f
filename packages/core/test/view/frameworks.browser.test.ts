import { CircuitBreaker, CircuitRegistry } from '@fluxgate/core'
import { watchCircuit } from '@fluxgate/core/view'
import { createEffect, createRoot } from 'solid-js'
import { flushSync } from 'svelte'
import { toStore } from 'svelte/store'
import { expect, test } from 'vitest'
import { effectScope, nextTick, reactive, ref, watchEffect } from 'vue'
import { createCircuit } from './solid.ts'
import { circuitState } from './svelte.ts'
import { useCircuit } from './vue.ts'

// In a browser, because Svelte and Solid render only once on a server.

/** A circuit, and the number of its listeners. */
function countedCircuit() {
  const circuit = new CircuitBreaker({ name: 'payments' })
  const active = { count: 0 }
  const subscribe = circuit.subscribe.bind(circuit)
  circuit.subscribe = (listener) => {
    const unsubscribe = subscribe(listener)
    active.count++
    return () => {
      active.count--
      unsubscribe()
    }
  }
  return { circuit, active }
}

test('Vue runs an effect for each change, and unsubscribes with its scope', async () => {
  const { circuit, active } = countedCircuit()
  const states: string[] = []
  const scope = effectScope()
  scope.run(() => {
    const snapshot = useCircuit(circuit)
    watchEffect(() => states.push(snapshot.value.state))
  })
  circuit.callSync(() => 1)
  await nextTick()
  circuit.trip()
  await nextTick()
  expect(states).toEqual(['closed', 'open'])
  expect(active.count).toBe(1)
  scope.stop()
  expect(active.count).toBe(0)
})

test('Svelte runs an effect for each change, and unsubscribes with it', async () => {
  const { circuit, active } = countedCircuit()
  const states: string[] = []
  const snapshot = circuitState(circuit)
  expect(snapshot.current.state).toBe('closed')
  expect(active.count).toBe(0)
  const unsubscribe = toStore(() => snapshot.current.state).subscribe((state) => states.push(state))
  flushSync()
  circuit.callSync(() => 1)
  flushSync()
  circuit.trip()
  flushSync()
  expect(states).toEqual(['closed', 'open'])
  expect(active.count).toBe(1)
  unsubscribe()
  await expect.poll(() => active.count).toBe(0)
})

test('Solid runs an effect for each change, and unsubscribes with its owner', () => {
  const { circuit, active } = countedCircuit()
  const states: string[] = []
  const dispose = createRoot((disposeRoot) => {
    const snapshot = createCircuit(circuit)
    createEffect(() => states.push(snapshot().state))
    return disposeRoot
  })
  circuit.callSync(() => 1)
  circuit.trip()
  expect(states).toEqual(['closed', 'open'])
  expect(active.count).toBe(1)
  dispose()
  expect(active.count).toBe(0)
})

test('Vue leaves a registry as it is inside reactive() and ref()', () => {
  const registry = new CircuitRegistry()
  const state = reactive({ registry })
  expect(state.registry).toBe(registry)
  expect(ref(registry).value).toBe(registry)
  expect(state.registry.get('payments').name).toBe('payments')
  expect(watchCircuit(state.registry.get('payments')).getSnapshot().state).toBe('closed')
})
