import { ListenerQueue } from '../listeners/listener-queue.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { CircuitController } from './circuit-controller.ts'
import { explain } from './evaluate.ts'

/** The listener queue, created for the first listener: most circuits of a large registry have none. */
export function listenersOf(circuit: CircuitController): ListenerQueue {
  const { options } = circuit
  circuit.queue ??= new ListenerQueue((error) => options.report(error, 'listener'), options.clock)
  return circuit.queue
}

/** The report of the rule for the calls that are in the window now. */
export function explainNow(circuit: CircuitController): RuleReport {
  const { window } = circuit.current
  window.expire(circuit.now())
  return explain(window, circuit.options)
}
