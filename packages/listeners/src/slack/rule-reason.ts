import type { RuleReport } from '@fluxgate/core'

/** A rule without children that decided the outcome, and the outcome it contributed. */
export interface DecidingRule {
  readonly report: RuleReport
  readonly met: boolean
}

/**
 * The rules that made a report true.
 *
 * `minRequests` is left out unless it decided alone: enough calls are a condition, not a reason.
 */
export function decidingRules(report: RuleReport): readonly DecidingRule[] {
  const all = deciding(report, true)
  const reasons = all.filter((rule) => !rule.met || rule.report.type !== 'minRequests')
  return reasons.length > 0 ? reasons : all
}

function deciding(report: RuleReport, met: boolean): DecidingRule[] {
  const { op, children = [] } = report
  if (op === undefined) return report.met === met ? [{ report, met }] : []
  if (op === 'not') return children.flatMap((child) => deciding(child, !met))
  return children.filter((child) => child.met === met).flatMap((child) => deciding(child, met))
}

/**
 * `62% ≥ 50%`: the value of a rule and its threshold, with as few digits as keep the comparison true.
 *
 * @param unit appended to both numbers; ratios are shown as percentages
 * @returns undefined when the report has no values
 */
export function comparisonOf(report: RuleReport, unit: string): string | undefined {
  const { actual, threshold, unit: kind } = report
  if (actual === undefined || threshold === undefined) return undefined
  const scale = kind === 'ratio' ? 100 : 1
  const rounded = (value: number, digits: number) => Number((value * scale).toFixed(digits))
  const limit = rounded(threshold, MAX_DIGITS)
  const reached = actual >= threshold
  let digits = 0
  while (digits < MAX_DIGITS && rounded(actual, digits) >= limit !== reached) digits++
  return `${rounded(actual, digits)}${unit} ${reached ? '≥' : '<'} ${limit}${unit}`
}

const MAX_DIGITS = 9
