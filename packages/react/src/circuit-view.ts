import type { CircuitHandle, Metrics, Snapshot } from '@fluxgate/core'

/**
 * A circuit as a component sees it: its snapshot, where `metrics` is optional. Frozen, and the same
 * object until something in it changes.
 */
export interface CircuitView extends Omit<Snapshot, 'metrics' | 'retryAt'> {
  /** Unix ms from which an open circuit may probe. Undefined in other states and for never. */
  readonly retryAt: number | undefined
  /** `circuit.call`, bound; always the same function for a circuit. */
  readonly call: CircuitHandle['call']
  /** `circuit.reset`, bound; always the same function for a circuit. */
  readonly reset: () => void
  /** The metrics of the window, with the option `metrics`. */
  readonly metrics?: Metrics
}

export type BoundActions = Pick<CircuitView, 'call' | 'reset'>

/** Returns `last` when it is still up to date, or a new view. */
export function viewOf(
  { metrics: _, ...shown }: Snapshot,
  actions: BoundActions,
  metrics: Metrics | 0,
  last: CircuitView | undefined,
): CircuitView {
  const view: CircuitView = {
    retryAt: undefined,
    ...shown,
    ...actions,
    ...(metrics && { metrics }),
  }
  const keys = Object.keys(view) as (keyof CircuitView)[]
  return last && keys.every((key) => view[key] === last[key]) ? last : Object.freeze(view)
}
