import type { State } from '@fluxgate/core'
import type { SignalSent } from '@fluxgate/core/devtools'
import type { Circuit } from './state.ts'

/** A period in which a circuit rejected calls. Probes that failed do not end it. */
export interface Downtime {
  /** Unix ms of the first transition. */
  readonly from: number
  /** Unix ms; absent while it lasts. */
  readonly to?: number
  /** The transition that began it; absent when that was lost. */
  readonly trip?: SignalSent
  /** Number of times that probes failed and the circuit opened again. */
  readonly failedProbes: number
}

/** Downtimes per circuit, newest first. Older ones are in the timeline only. */
const MAX_DOWNTIMES = 10

const downStates: Readonly<Record<State, boolean>> = {
  open: true,
  half_open: true,
  forced_open: true,
  closed: false,
  metrics_only: false,
  disabled: false,
}

/** The latest downtimes of a circuit, newest first. */
export function downtimesOf(circuit: Circuit): readonly Downtime[] {
  const cached = cache.get(circuit.events)
  if (cached?.state === circuit.state) return cached.downtimes
  const downtimes = computeDowntimes(circuit)
  cache.set(circuit.events, { state: circuit.state, downtimes })
  return downtimes
}

const cache = new WeakMap<
  object,
  { readonly state: State; readonly downtimes: readonly Downtime[] }
>()

/** The downtime that has not ended; absent for a circuit that admits calls. */
export function currentDowntime(circuit: Circuit): Downtime | undefined {
  const [last] = downtimesOf(circuit)
  return last?.to === undefined ? last : undefined
}

function computeDowntimes({ events, state, since, anchor, lastTransition }: Circuit): Downtime[] {
  const found: Downtime[] = []
  let to: number | undefined
  let failedProbes = 0
  for (let position = events.length - 1; position >= 0; position--) {
    const event = events.at(position)
    if (event?.type !== 'signal' || event.signal.cause === 'shadow') continue
    const { oldState, newState, timestamp } = event.signal
    if (!downStates[newState]) {
      if (downStates[oldState]) to = timestamp
      failedProbes = 0
    } else if (!downStates[oldState]) {
      found.push({ from: timestamp, ...(to !== undefined && { to }), trip: event, failedProbes })
      if (found.length === MAX_DOWNTIMES) return found
      to = undefined
      failedProbes = 0
    } else if (oldState === 'half_open' && newState === 'open') failedProbes++
  }
  // it went down before the log begins
  if (downStates[state] && !found.some(({ to: end }) => end === undefined)) {
    const trip = anchor ?? lastTransition
    const from = trip?.signal.timestamp ?? since
    found.unshift({ from, ...(trip && { trip }), failedProbes })
  }
  return found
}
