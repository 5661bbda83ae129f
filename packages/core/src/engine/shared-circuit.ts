import { reportError } from '../internal/error-handler.ts'
import type { Fleet, FleetMember } from '../model/fleet.ts'
import type { CircuitController } from './circuit-controller.ts'
import { rampFinished } from './machine.ts'
import { judgeManually, transitionManually } from './manual-transitions.ts'

/** Adds a circuit to `fleet`, its option `shared`. */
export function joinFleet(
  circuit: CircuitController,
  fleet: Fleet | undefined,
): FleetMember | undefined {
  const { options } = circuit
  // a program can have thousands of circuits, and most of them are not shared
  return fleet?.join({
    options,
    get current() {
      return circuit.current
    },
    get ramps() {
      return !rampFinished(0, options)
    },
    move: (to, reason, schedule) => transitionManually(circuit, to, reason, schedule, 'fleet'),
    judge: () => judgeManually(circuit),
    report: (error) => reportError(options, error, 'fleet'),
  })
}
