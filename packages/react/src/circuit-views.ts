import type { CircuitHandle, Snapshot } from '@fluxgate/core'
import { type CircuitWatch, watchCircuit } from '@fluxgate/core/view'
import { type BoundActions, type CircuitView, viewOf } from './circuit-view.ts'

/** The view of one circuit, shared by the components that show it. */
export interface CircuitViews {
  /** Calls back when the view has changed. */
  readonly subscribe: CircuitWatch['subscribe']
  readonly view: () => CircuitView
  /** The view of the server's snapshot, neutral without one, for a render that must match its HTML. */
  readonly serverView: (snapshot: Snapshot | undefined) => CircuitView
}

function createViews(
  circuit: CircuitHandle,
  actions: BoundActions,
  metricsMs: number,
): CircuitViews {
  const { getSnapshot, subscribe } = watchCircuit(circuit, { metrics: metricsMs || false })
  const last: { client?: CircuitView; server?: CircuitView } = {}
  const renew = (side: 'client' | 'server', snapshot: Snapshot | undefined) => {
    last[side] = viewOf(circuit.name, snapshot, actions, metricsMs > 0, last[side])
    return last[side]
  }
  return {
    subscribe,
    view: () => renew('client', getSnapshot()),
    serverView: (snapshot) => renew('server', snapshot),
  }
}

interface CircuitEntry {
  readonly actions: BoundActions
  readonly byMetricsMs: Record<number, CircuitViews>
}

const entries = new WeakMap<CircuitHandle, CircuitEntry>()

/** The shared views of a circuit for this `metricsMs`, which is 0 without metrics. */
export function viewsOf(circuit: CircuitHandle, metricsMs = 0): CircuitViews {
  let entry = entries.get(circuit)
  if (!entry) {
    const call: CircuitHandle['call'] = (fn, options) => circuit.call(fn, options)
    entry = { actions: { call, reset: () => circuit.reset() }, byMetricsMs: {} }
    entries.set(circuit, entry)
  }
  const { actions, byMetricsMs } = entry
  byMetricsMs[metricsMs] ??= createViews(circuit, actions, metricsMs)
  return byMetricsMs[metricsMs]
}
