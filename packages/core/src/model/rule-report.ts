import type { PolicyJson } from './policy-json.ts'

/** Whether a rule is met, with its values, as a tree. Signals contain it, and the devtools show it. */
export interface RuleReport {
  /**
   * The function that created the rule: `failureRate`, `and`, `tripWhen`. Identify a rule by it, not
   * by its label `rule`. A rule written by hand may leave it out.
   */
  readonly type?: string
  /** The arguments of that function: `[0.5]`. Empty for composed rules, which have `children`. */
  readonly args?: PolicyJson['args']
  /** A label for people: `failure rate`, `slow rate (≥ 1000 ms)`. */
  readonly rule: string
  readonly met: boolean
  /** The current value. Absent while it is undefined, such as a rate without calls. */
  readonly actual?: number
  readonly threshold?: number
  readonly unit?: 'ratio' | 'count' | 'ms'
  /** Only for composed rules, which have `children` instead of values. */
  readonly op?: 'and' | 'or' | 'not'
  readonly children?: readonly RuleReport[]
}

/** The report of a rule that a function of this package created. */
export interface TripperReport extends RuleReport {
  readonly type: string
  readonly args: PolicyJson['args']
}

interface Reason {
  readonly leaf: RuleReport
  readonly met: boolean
}

/** The leaves of the tree that decide whether it is `met`. */
function reasons(report: RuleReport, met: boolean): Reason[] {
  const { op, children = [] } = report
  if (op === undefined) return [{ leaf: report, met }]
  if (op === 'not') return children.flatMap((child) => reasons(child, !met))
  return children.filter((child) => child.met === met).flatMap((child) => reasons(child, met))
}

function sentence({ leaf, met }: Reason): string {
  const { rule, actual, threshold, unit } = leaf
  if (actual === undefined || threshold === undefined) return met ? rule : `not ${rule}`
  const [scale, suffix] = unit === 'ratio' ? [100, ' %'] : [1, unit === 'ms' ? ' ms' : '']
  const rounded = (value: number, digits: number) => Number((value * scale).toFixed(digits))
  const limit = rounded(threshold, 9)
  const reached = actual >= threshold
  // the fewest digits for which the comparison still holds: 62 % ≥ 50 %, but 49.6 % < 50 %
  let digits = 0
  while (digits < 9 && rounded(actual, digits) >= limit !== reached) digits++
  return `${rule} ${rounded(actual, digits)}${suffix} ${reached ? '≥' : '<'} ${limit}${suffix}`
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Describes why a rule is met: `failure rate 62 % ≥ 50 % over 21 calls`. */
export function explainReport(report: RuleReport, total: number): string {
  const all = reasons(report, true)
  // Enough calls are a reason only when they are the only one.
  const specific = all.filter(({ leaf, met }) => !met || leaf.type !== 'minRequests')
  const why = (specific.length > 0 ? specific : all).map(sentence).join(' and ')
  return `${why || report.rule} over ${counted(total, 'call')}`
}
