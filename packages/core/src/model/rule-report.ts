import type { PolicyJson } from './policy-json.ts'

/** What a rule found, as a tree. Signals carry it, and the devtools show it. */
export interface RuleReport {
  /**
   * The function that made the rule: `failureRate`, `and`, `tripWhen`. Identify a rule by it, not by
   * its label `rule`. Absent when a rule written by hand leaves it out.
   */
  readonly type?: string
  /** What that function was given: `[0.5]`. Empty for composed rules, which have `children`. */
  readonly args?: PolicyJson['args']
  /** A label for people: `failure rate`, `slow rate (≥ 1000 ms)`. */
  readonly rule: string
  readonly met: boolean
  /** The value found; absent when there is none yet, as a rate without calls. */
  readonly actual?: number
  readonly threshold?: number
  readonly unit?: 'ratio' | 'count' | 'ms'
  /** Present on composed rules, which have `children` instead of values. */
  readonly op?: 'and' | 'or' | 'not'
  readonly children?: readonly RuleReport[]
}

/** The report of a rule that this package made. */
export interface TripperReport extends RuleReport {
  readonly type: string
  readonly args: PolicyJson['args']
}

interface Reason {
  readonly leaf: RuleReport
  readonly met: boolean
}

/** The rules at the ends of the tree that made it what it is. */
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
  // as few digits as keep the comparison true: 62 % ≥ 50 %, but 49.6 % < 50 %
  let digits = 0
  while (digits < 9 && rounded(actual, digits) >= limit !== reached) digits++
  return `${rule} ${rounded(actual, digits)}${suffix} ${reached ? '≥' : '<'} ${limit}${suffix}`
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The sentence for a rule that is met: `failure rate 62 % ≥ 50 % over 21 calls`. */
export function explainReport(report: RuleReport, total: number): string {
  const all = reasons(report, true)
  // That there were enough calls is no reason by itself; it is one only where nothing else is.
  const telling = all.filter(({ leaf, met }) => !met || leaf.type !== 'minRequests')
  const why = (telling.length > 0 ? telling : all).map(sentence).join(' and ')
  return `${why || report.rule} over ${counted(total, 'call')}`
}
