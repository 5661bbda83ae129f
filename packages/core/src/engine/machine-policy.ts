import type { Reporter } from '../internal/error-handler.ts'
import type { RuleReport } from '../model/rule-report.ts'
import type { Cause } from '../model/signal.ts'
import type { State } from '../model/state.ts'
import type { Permit } from '../policies/permits.ts'
import type { Rule } from '../policies/rule.ts'
import type { Window } from '../windows/window.ts'

/** The options that decide transitions. A rule that throws is not met; a permit that throws admits. */
export interface MachinePolicy extends Reporter {
  readonly window: Window
  readonly tripper: Rule
  readonly permit: Permit
  readonly probes: number
  readonly probeLeaseMs: number
}

/** A transition that is due. For a shadow verdict, `to` is the current state `metrics_only`. */
export interface Transition {
  readonly to: State
  readonly cause: Cause
  readonly reason: string
  readonly report?: RuleReport
}
