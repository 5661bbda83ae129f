import type { SharedCircuit } from '@fluxgate/core'
import { NEVER, type News } from '../store/message.ts'

// How a circuit follows its fleet.

const OPERATOR_STATES = ['forced_open', 'disabled', 'metrics_only'] as const
type OperatorState = (typeof OPERATOR_STATES)[number]

const PHRASES = {
  open: 'the fleet opened',
  recovering: 'the fleet recovers',
  closed: 'the fleet closed',
  forced_open: 'forced open for the fleet',
  disabled: 'disabled for the fleet',
  metrics_only: 'set to metrics only for the fleet',
}

/** Moves the circuit to where the fleet is. A local wish wins. */
export function follow(circuit: SharedCircuit, news: News, isProber: boolean): void {
  const { kind, cause } = circuit.current
  const { state } = news
  if (isOperatorState(kind) && cause !== 'fleet') return
  if (isOperatorState(state)) {
    circuit.move(state, reasonOf(news))
  } else if (kind === 'open' && cause === 'manual') {
    return // tripped manually: its own time counts
  } else if (state === 'open') {
    circuit.move('open', reasonOf(news), scheduleOf(news, isProber))
  } else {
    recover(circuit, news)
  }
}

/** Ends the outage: at once, or with the ramp of the permit. A ramp that has begun goes on. */
function recover(circuit: SharedCircuit, news: News): void {
  const { kind, healthy } = circuit.current
  if (kind === 'closed' || healthy === true) return
  if (isOperatorState(kind) || !circuit.ramps) {
    circuit.move('closed', reasonOf(news))
    return
  }
  circuit.move('half_open', reasonOf(news))
  const { current, options } = circuit
  if (current.kind !== 'half_open') return // a listener moved the circuit
  current.recorded = options.probes
  current.succeeded = options.probes
  current.healthy = true
}

/** When the circuit is open until: the holder of the lease probes when it is due, others later. */
export function waitMs({ forMs, leaseMs, holder }: News, isProber: boolean): number {
  if (forMs === NEVER) return Number.POSITIVE_INFINITY
  // a delay of 0 is not valid
  return Math.max(1, isProber || holder === '' ? forMs : leaseMs)
}

export function scheduleOf(news: News, isProber: boolean): { forMs: number; reopens: number } {
  return { forMs: waitMs(news, isProber), reopens: news.reopens }
}

function isOperatorState(state: string): state is OperatorState {
  return (OPERATOR_STATES as readonly string[]).includes(state)
}

function reasonOf({ state, reason }: News): string {
  return reason === '' ? PHRASES[state] : `${PHRASES[state]}: ${reason}`
}
