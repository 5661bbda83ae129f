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

const doers = new WeakMap<CircuitBreaker, Pick<CircuitView, 'call' | 'reset'>>()

function doersOf(circuit: CircuitBreaker): Pick<CircuitView, 'call' | 'reset'> {
  let own = doers.get(circuit)
  if (own === undefined) {
    own = {
      call: circuit.call.bind(circuit) as CircuitBreaker['call'],
      reset: () => circuit.reset(),
    }
    doers.set(circuit, own)
  }
  return own
}

/** `last` when it still tells the truth, or a new view. */
export function viewOf(
  circuit: CircuitBreaker,
  snapshot: Snapshot,
  metrics: Metrics | undefined,
  last: CircuitView | undefined,
): CircuitView {
  const { name, state, since, retryAt, reopens, permitted } = snapshot
  if (
    last !== undefined &&
    last.state === state &&
    last.since === since &&
    last.retryAt === retryAt &&
    last.reopens === reopens &&
    last.permitted === permitted &&
    last.metrics === metrics
  ) {
    return last
  }
  const view = { name, state, since, retryAt, reopens, permitted, ...doersOf(circuit) }
  return Object.freeze(metrics === undefined ? view : { ...view, metrics })
}
