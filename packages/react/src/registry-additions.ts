import type { CircuitHandle, CircuitRegistry } from '@fluxgate/core'

type OnAdd = (circuit: CircuitHandle) => void

interface Additions {
  readonly callbacks: Set<OnAdd>
  unsubscribe(): void
}

const additionsOf = new WeakMap<CircuitRegistry, Additions>()

/**
 * Calls back for each circuit that is added, until the returned function is called. All components
 * share one subscription, because a registry copies the list of its subscribers for each one.
 */
export function onAddition(registry: CircuitRegistry, onAdd: OnAdd): () => void {
  const additions = additionsOf.get(registry) ?? subscribe(registry)
  additionsOf.set(registry, additions)
  additions.callbacks.add(onAdd)
  return () => {
    additions.callbacks.delete(onAdd)
    if (additions.callbacks.size > 0) return
    additions.unsubscribe()
    additionsOf.delete(registry)
  }
}

function subscribe(registry: CircuitRegistry): Additions {
  const callbacks = new Set<OnAdd>()
  const unsubscribe = registry.subscribe({
    onAdd: (circuit) => {
      for (const callback of callbacks) callback(circuit)
    },
  })
  return { callbacks, unsubscribe }
}
