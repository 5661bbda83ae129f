import type { TripOptions } from '../model/circuit-handle.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { Cause } from '../model/signal.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { manualReasons, type State } from '../model/state.ts'
import type { CircuitController } from './circuit-controller.ts'
import { explain } from './evaluate.ts'
import { judge, openWindow } from './machine.ts'
import { restoredState } from './restored-state.ts'

/**
 * Moves the circuit to `to`, from any state. A transition to the current state emits no signal: closed
 * gets an empty window and keeps `since`; open with `forMs` gets a new `retryAt` and new `reopens`, from
 * the fleet also its cause and reason; other states do not change.
 */
export function transitionManually(
  circuit: CircuitController,
  to: State,
  reason = manualReasons[to],
  schedule: TripOptions = {},
  cause: Cause = 'manual',
  error?: unknown,
): void {
  const { options, current: state } = circuit
  const { forMs, reopens = 0 } = schedule
  if (state.kind !== to) {
    circuit.transition({ to, cause, reason }, circuit.now(), error, schedule)
    circuit.queue?.deliver()
  } else if (state.kind === 'closed') {
    // without the handlers, which settle calls of the old epoch
    circuit.enter({
      ...state,
      window: openWindow(to, options),
      onValue: undefined,
      spare: undefined,
    })
    circuit.queue?.notifySilentChange()
  } else if (state.kind === 'open' && forMs !== undefined) {
    const never = forMs === Infinity
    const retryAt = never ? undefined : options.rare.clock.timestamp() + forMs
    const why = cause === 'fleet' && { cause, reason }
    circuit.enter({ ...state, ...why, reopens, probeAt: circuit.now() + forMs, retryAt })
    circuit.queue?.notifySilentChange()
  }
}

/** Evaluates the rule without a call, and returns its report. */
export function judgeManually(circuit: CircuitController): RuleReport {
  const { options, current: state } = circuit
  const now = circuit.now()
  state.window.expire(now)
  const transition = judge(state, options)
  const report = transition?.report ?? explain(state.window, options)
  // a policy callback may have changed the state; its transition wins
  if (transition !== undefined && circuit.current === state) {
    circuit.transition(transition, now)
    circuit.queue?.deliver()
  }
  return report
}

/**
 * Continues a circuit from a valid snapshot of another process, without a signal. Calls in flight
 * become stale.
 */
export function restore(circuit: CircuitController, snapshot: Snapshot): void {
  const { options } = circuit
  circuit.enter(restoredState(snapshot, options, circuit.now(), options.rare.clock.timestamp()))
  circuit.queue?.notifySilentChange()
}
