import './rule-tree.css'
import type { RuleReport } from '@fluxgate/core'

const joined = { and: 'all of', or: 'any of', not: 'not' }

/** A rule with its values: every leaf as a bar against its threshold, which is the mark. */
export function RuleTree({ report }: { report: RuleReport }) {
  const { rule, met, op, children = [] } = report
  if (op === undefined) return <Leaf report={report} />
  return (
    <div className="rule-tree" data-met={met}>
      <span className="rule-join">{joined[op]}</span>
      <ul>
        {children.map((child) => (
          <li key={`${rule} ${child.rule}`}>
            <RuleTree report={child} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Where the threshold stands on the bar; beyond is room for values above it. */
const MARK = 0.75

function Leaf({ report: { rule, met, actual, threshold, unit } }: { report: RuleReport }) {
  const filled = actual === undefined || !threshold ? 0 : Math.min(1, (actual / threshold) * MARK)
  return (
    <div className="rule-leaf" data-met={met}>
      <span className="rule-name">{rule}</span>
      {threshold !== undefined && (
        <>
          <span className="rule-bar" aria-hidden="true">
            <span style={{ width: `${filled * 100}%` }} />
          </span>
          <span className="rule-value">
            <b>{format(actual, unit)}</b> {met ? '≥' : '<'} {format(threshold, unit)}
          </span>
        </>
      )}
    </div>
  )
}

function format(value: number | undefined, unit: RuleReport['unit']): string {
  if (value === undefined) return 'none'
  if (unit === 'ratio') return `${Math.round(value * 100)} %`
  return `${Math.round(value)}${unit === 'ms' ? ' ms' : ''}`
}
