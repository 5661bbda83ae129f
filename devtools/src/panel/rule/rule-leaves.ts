import type { RuleReport } from '@fluxgate/core'

/** The conditions of a rule, without `and`, `or` and `not`. */
export function ruleLeaves(report: RuleReport): readonly RuleReport[] {
  return report.op === undefined ? [report] : (report.children ?? []).flatMap(ruleLeaves)
}
