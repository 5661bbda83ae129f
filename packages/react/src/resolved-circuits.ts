import type { CircuitHandle, CircuitRegistry } from '@fluxgate/core'
import { useContext, useMemo, useSyncExternalStore } from 'react'
import { CircuitContext } from './circuit-provider.ts'
import { onAddition } from './registry-additions.ts'

/** @internal The circuit, or the one of that name now. */
export function useResolvedCircuit(circuit: CircuitHandle | string): CircuitHandle {
  return useResolvedCircuits([circuit])[0] as CircuitHandle
}

/** @internal The circuits, or those of these names now. The same array while they are the same. */
export function useResolvedCircuits(
  circuits: readonly (CircuitHandle | string)[],
): readonly CircuitHandle[] {
  const context = useContext(CircuitContext)
  const registry = circuits.some((one) => typeof one === 'string') ? context?.registry : undefined
  const resolver = useMemo(() => createResolver(registry), [registry])
  const resolve = () => resolver.get(circuits)
  return useSyncExternalStore(resolver.subscribe, resolve, resolve)
}

function createResolver(registry: CircuitRegistry | undefined) {
  /** A deleted circuit is shown until its name is defined again. */
  const lastOf = new Map<string, CircuitHandle>()
  let last: readonly CircuitHandle[] = []

  const resolveOne = (circuit: CircuitHandle | string): CircuitHandle => {
    if (typeof circuit !== 'string') return circuit
    // `has` first: `get` would create the circuit
    const found = registry?.has(circuit) ? registry.get(circuit) : lastOf.get(circuit)
    if (found === undefined) throw unknownName(circuit, registry)
    lastOf.set(circuit, found)
    return found
  }

  return {
    get(circuits: readonly (CircuitHandle | string)[]): readonly CircuitHandle[] {
      const found = circuits.map(resolveOne)
      const same = found.length === last.length && found.every((one, i) => one === last[i])
      if (!same) last = found
      return last
    },
    subscribe(onChange: () => void): () => void {
      if (registry === undefined) return () => {}
      return onAddition(registry, ({ name }) => {
        if (lastOf.has(name)) onChange()
      })
    },
  }
}

function unknownName(name: string, registry: CircuitRegistry | undefined): Error {
  if (registry === undefined) {
    return new Error(`circuit '${name}' is used by name outside a <CircuitProvider registry>`)
  }
  const names = Array.from(registry, (circuit) => `'${circuit.name}'`).join(', ')
  return new Error(
    `circuit '${name}' is not in the registry of <CircuitProvider>; its circuits: ${names || '(none)'}`,
  )
}
