import { reportError } from '../internal/error-handler.ts'
import { ListenerQueue } from '../listeners/listener-queue.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { wouldAdmit } from './admission.ts'
import type { CircuitController } from './circuit-controller.ts'
import { explain } from './evaluate.ts'
import { snapshotOf } from './snapshot-of.ts'

/** The listener queue, created for the first listener: most circuits of a large registry have none. */
export function listenersOf(circuit: CircuitController): ListenerQueue {
  const { options } = circuit
  circuit.queue ??= new ListenerQueue(
    (error) => reportError(options, error, 'listener'),
    options.rare.clock,
    () => circuit.watch(),
  )
  return circuit.queue
}

/** The report of the rule for the calls that are in the window now. */
export function explainNow(circuit: CircuitController): RuleReport {
  const { window } = circuit.current
  window.expire(circuit.now())
  return explain(window, circuit.options)
}

/** The circuit now. Changes no state. */
export function snapshotNow(circuit: CircuitController): Snapshot {
  const { options, current: state, lastSnapshot } = circuit
  const now = circuit.now()
  const metrics = state.window.metrics(now)
  const permitted = circuit.member?.mayProbe(false) !== false && wouldAdmit(state, now, options)
  const fleet = circuit.member?.status
  if (lastSnapshot !== undefined) {
    const [last, of] = lastSnapshot
    const same = last.metrics === metrics && last.permitted === permitted && last.fleet === fleet
    if (same && of === state) return last
  }
  const snapshot = snapshotOf(state, options.name, metrics, permitted, fleet)
  circuit.lastSnapshot = [snapshot, state]
  return snapshot
}
