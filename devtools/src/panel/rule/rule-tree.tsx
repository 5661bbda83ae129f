import type { RuleReport } from '@fluxgate/core'
import { measure } from '../text/measure-text.ts'
import { Icon } from '../ui/icon.tsx'
import { ThresholdBar } from './threshold-bar.tsx'

const operatorText = { and: 'all of', or: 'any of', not: 'not' } as const

/** A rule as a tree: the value of each condition, its threshold, and whether it is met. */
export function RuleTree({ report }: { report: RuleReport }) {
  return (
    <ul className="rule-tree" aria-label="Rule" data-met={report.met}>
      <RuleNode report={report} />
    </ul>
  )
}

function RuleNode({ report }: { report: RuleReport }) {
  const { op, rule, met, children = [] } = report
  return (
    <li>
      <div className="rule" data-met={met}>
        <span className="rule-verdict">
          <Icon name={met ? 'met' : 'notMet'} />
          <span className="sr-only">{met ? 'met: ' : 'not met: '}</span>
        </span>
        <span className={op === undefined ? 'rule-name' : 'rule-join'}>
          {op === undefined ? rule : operatorText[op]}
        </span>
        {op === undefined && report.threshold !== undefined && <RuleValue report={report} />}
      </div>
      {children.length > 0 && (
        <ul>
          {children.map((child, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a rule keep their order
            <RuleNode key={index} report={child} />
          ))}
        </ul>
      )}
    </li>
  )
}

function RuleValue({ report }: { report: RuleReport }) {
  const { actual, threshold = 0, unit, met } = report
  return (
    <>
      <ThresholdBar report={report} />
      <span className="rule-value">
        {actual === undefined ? 'none yet' : measure(actual, unit)}
      </span>
      <span className="rule-threshold">
        {met ? '≥' : '<'} {measure(threshold, unit)}
      </span>
    </>
  )
}
