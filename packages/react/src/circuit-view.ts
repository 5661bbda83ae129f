import type { CircuitBreaker, Metrics, Snapshot, State } from '@fluxgate/core'

/** What a component sees of a circuit: the same frozen object until something in it changed. */
export interface CircuitView {
  readonly name: string
  readonly state: State
  /** Unix ms at which it came into this state. */
  readonly since: number
  /** Unix ms from which on it may probe; only in `open`, undefined for never. */
  readonly retryAt: number | undefined
  /** How often it has opened again since it was last closed. */
  readonly reopens: number
  /** Would a call be let through now? */
  readonly permitted: boolean
  /** `circuit.call`, bound; the same function for as long as the circuit lives. */
  readonly call: CircuitBreaker['call']
  /** `circuit.reset`, bound; the same function for as long as the circuit lives. */
  readonly reset: () => void
  /** What the window holds, when asked for. */
  readonly metrics?: Metrics
}

export type BoundActions = Pick<CircuitView, 'call' | 'reset'>

/** `last` when it still tells the truth, or a new view. */
export function viewOf(
  { metrics: _, ...shown }: Snapshot,
  doers: BoundActions,
  metrics: Metrics | 0,
  last: CircuitView | undefined,
): CircuitView {
  const view: CircuitView = { retryAt: undefined, ...shown, ...doers, ...(metrics && { metrics }) }
  const keys = Object.keys(view) as (keyof CircuitView)[]
  return last && keys.every((key) => view[key] === last[key]) ? last : Object.freeze(view)
}
