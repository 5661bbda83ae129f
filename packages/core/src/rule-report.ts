/** What a rule found, and why: the tree that a signal carries and the devtools draw. */
export interface RuleReport {
  /** What the rule looks at, in words: `failure rate`, `slow rate (≥ 1000 ms)`. */
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

function format(value: number | undefined, unit: RuleReport['unit']): string {
  if (value === undefined) return 'none'
  return unit === 'ratio'
    ? `${Math.round(value * 1000) / 10} %`
    : `${Math.round(value * 10) / 10}${unit === 'ms' ? ' ms' : ''}`
}

function sentences(report: RuleReport): string[] {
  const { op, children = [] } = report
  if (op === 'not') return [`not ${children.map(describe).join()}`]
  if (op !== undefined) return children.filter((child) => child.met).flatMap(sentences)
  if (report.threshold === undefined) return [report.rule]
  return [
    `${report.rule} ${format(report.actual, report.unit)} ${report.met ? '≥' : '<'} ${format(report.threshold, report.unit)}`,
  ]
}

// That there were enough calls is no reason by itself; it is one only where nothing else is.
function describe(report: RuleReport): string {
  const all = sentences(report)
  const reasons = all.filter((sentence) => !sentence.startsWith('requests '))
  return (reasons.length > 0 ? reasons : all).join(' and ')
}

/** The sentence for a rule that is met: `failure rate 62 % ≥ 50 % over 21 calls`. */
export function explainReport(report: RuleReport, total: number): string {
  return `${describe(report)} over ${total} call${total === 1 ? '' : 's'}`
}
