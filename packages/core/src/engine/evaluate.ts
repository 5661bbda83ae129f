import { callOrDefault, reportError } from '../internal/error-handler.ts'
import { booleanResult } from '../internal/policy-result.ts'
import { explainReport, type RuleReport } from '../model/rule-report.ts'
import type { WindowCounts } from '../windows/window-counts.ts'
import type { MachinePolicy, Transition } from './machine-policy.ts'

/**
 * The transition to open when the rule is met. When the verdict is `known` already, its reason and
 * report are left out, because they are expensive.
 */
export function evaluate(
  window: WindowCounts,
  policy: MachinePolicy,
  error: unknown,
  known?: boolean,
): Transition | undefined {
  return policy.tripper.skipWhileHealthy && !window.hasFailuresOrSlowCalls
    ? undefined
    : evaluateRule(window, policy, error, known)
}

// Separate from `evaluate`: engines inline `evaluate` into the path of every call only while it is short.
function evaluateRule(
  window: WindowCounts,
  policy: MachinePolicy,
  error: unknown,
  known?: boolean,
): Transition | undefined {
  window.lastError = error
  let transition: Transition | undefined
  if (testRule(window, policy)) {
    // Stryker disable next-line ObjectLiteral,StringLiteral: the caller only reads that there is a transition
    transition = known ? { to: 'open', cause: 'rule', reason: '' } : openTransition(window, policy)
  }
  window.lastError = undefined // keeps no error alive
  return transition
}

function testRule(window: WindowCounts, policy: MachinePolicy): boolean {
  // not `callOrDefault`, which would allocate a closure for every call during an outage
  try {
    return booleanResult('tripper: test', policy.tripper.test(window))
  } catch (error) {
    reportError(policy, error, 'tripper')
    return false
  }
}

function openTransition(window: WindowCounts, policy: MachinePolicy): Transition {
  const report = explain(window, policy)
  // the report of a rule written by hand may be malformed
  const reason = callOrDefault(policy, 'tripper', 'a rule that cannot say why', () =>
    explainReport(report, window.total),
  )
  return { to: 'open', cause: 'rule', reason, report }
}

/** The report of the rule for `window`. When the rule throws, the report says that it is not met. */
export function explain(window: WindowCounts, policy: MachinePolicy): RuleReport {
  const fallback = { rule: 'a rule that threw', met: false }
  return callOrDefault(policy, 'tripper', fallback, () => policy.tripper.explain(window))
}
