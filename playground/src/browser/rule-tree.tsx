import './rule-tree.css'
import type { RuleReport } from '@fluxgate/core'

const operatorText = { and: 'all of', or: 'any of', not: 'not' }

/** A rule with its values: each condition is a bar with a mark at its threshold. */
export function RuleTree({ report }: { report: RuleReport }) {
  const { rule, met, op, children = [] } = report
  if (op === undefined) return <Leaf report={report} />
  return (
    <div className="rule-tree" data-met={met}>
      <span className="rule-join">{operatorText[op]}</span>
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

/** The position of the threshold on the bar. The rest is for values above it. */
const THRESHOLD_POSITION = 0.75

function Leaf({ report: { rule, met, actual, threshold, unit } }: { report: RuleReport }) {
  const filled =
    actual === undefined || !threshold ? 0 : Math.min(1, (actual / threshold) * THRESHOLD_POSITION)
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
