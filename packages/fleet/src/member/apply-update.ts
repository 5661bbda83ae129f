import type { SharedCircuit } from '@fluxgate/core'
import { NEVER, type StateUpdate } from '../store/message.ts'

// How the circuit of one instance changes with the shared circuit.

const OPERATOR_STATES = ['forced_open', 'disabled', 'metrics_only'] as const
type OperatorState = (typeof OPERATOR_STATES)[number]

const REASONS = {
  open: 'the fleet opened',
  recovering: 'the fleet recovers',
  closed: 'the fleet closed',
  forced_open: 'forced open for the fleet',
  disabled: 'disabled for the fleet',
  metrics_only: 'set to metrics only for the fleet',
}

/** Moves the circuit to the shared state. A manual state of this instance is not overridden. */
export function applyUpdate(circuit: SharedCircuit, update: StateUpdate, isProber: boolean): void {
  const { kind, cause } = circuit.current
  const { state } = update
  if (isOperatorState(kind) && cause !== 'fleet') return
  if (isOperatorState(state)) {
    circuit.move(state, reasonOf(update))
  } else if (kind === 'open' && cause === 'manual') {
    return // tripped manually: it keeps its own time
  } else if (state === 'open') {
    circuit.move('open', reasonOf(update), scheduleOf(update, isProber))
  } else {
    recover(circuit, update)
  }
}

/** Closes the circuit, or starts the ramp of its permit. A ramp that has started continues. */
function recover(circuit: SharedCircuit, update: StateUpdate): void {
  const { kind, healthy } = circuit.current
  if (kind === 'closed' || healthy === true) return
  if (isOperatorState(kind) || !circuit.ramps) {
    circuit.move('closed', reasonOf(update))
    return
  }
  circuit.move('half_open', reasonOf(update))
  const { current, options } = circuit
  if (current.kind !== 'half_open') return // a listener moved the circuit
  current.recorded = options.probes
  current.succeeded = options.probes
  current.healthy = true
}

/**
 * How long the circuit stays open. Another instance that holds the lease probes first, so this one
 * waits until that lease ends.
 */
export function openForMs({ forMs, leaseMs, holder }: StateUpdate, isProber: boolean): number {
  if (forMs === NEVER) return Number.POSITIVE_INFINITY
  // a delay of 0 is not valid
  return Math.max(1, isProber || holder === '' ? forMs : leaseMs)
}

export function scheduleOf(
  update: StateUpdate,
  isProber: boolean,
): { forMs: number; reopens: number } {
  return { forMs: openForMs(update, isProber), reopens: update.reopens }
}

function isOperatorState(state: string): state is OperatorState {
  return (OPERATOR_STATES as readonly string[]).includes(state)
}

function reasonOf({ state, reason }: StateUpdate): string {
  return reason === '' ? REASONS[state] : `${REASONS[state]}: ${reason}`
}
