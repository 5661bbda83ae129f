import {
  CircuitBreaker,
  type CircuitHandle,
  type Metrics,
  type Snapshot,
  type State,
} from '@fluxgate/core'

interface Shown extends Omit<Snapshot, 'metrics' | 'retryAt' | 'state' | 'since'> {
  /** Unix ms from which an open circuit may probe. Undefined in other states and for never. */
  readonly retryAt: number | undefined
  /** `circuit.call`, bound; always the same function for a circuit. */
  readonly call: CircuitHandle['call']
  /** `circuit.reset`, bound; always the same function for a circuit. */
  readonly reset: () => void
  /** The metrics of the window, with the option `metrics`. Empty in the neutral view. */
  readonly metrics?: Metrics
}

interface ReadyView extends Shown {
  readonly ready: true
  readonly state: State
  /** Unix ms at which the circuit entered this state. */
  readonly since: number
}

interface NeutralView extends Shown {
  readonly ready: false
  readonly state: undefined
  readonly since: undefined
}

/**
 * A circuit as a component sees it: its snapshot, where `metrics` is optional. Frozen, and the same
 * object until something in it changes.
 *
 * In a render that must match the HTML of a server, and without a snapshot of the server's circuit,
 * the view is neutral: `ready` is false, `permitted` is true, and `state` is undefined.
 */
export type CircuitView = ReadyView | NeutralView

export type BoundActions = Pick<CircuitView, 'call' | 'reset'>

/**
 * Returns `last` when it is still up to date, or a new view.
 *
 * @param snapshot undefined for the neutral view
 */
export function viewOf(
  name: string,
  snapshot: Snapshot | undefined,
  actions: BoundActions,
  withMetrics: boolean,
  last: CircuitView | undefined,
): CircuitView {
  const { metrics, ...shown } = snapshot ?? { name, ...NEUTRAL }
  const view = {
    ready: snapshot !== undefined,
    retryAt: undefined,
    ...shown,
    ...actions,
    ...(withMetrics && { metrics: metrics ?? emptyMetrics() }),
  } as CircuitView
  const keys = Object.keys(view) as (keyof CircuitView)[]
  return last && keys.every((key) => view[key] === last[key]) ? last : Object.freeze(view)
}

const NEUTRAL = {
  state: undefined,
  since: undefined,
  reopens: 0,
  healthy: false,
  permitted: true,
  metrics: undefined,
}

let empty: Metrics | undefined

/** The metrics of a circuit that has recorded no call. */
function emptyMetrics(): Metrics {
  empty ??= new CircuitBreaker({ name: 'empty' }).snapshot().metrics
  return empty
}
