import type { RuleReport } from '@fluxgate/core'
import { measure } from '../text/measure-text.ts'
import { Icon } from '../ui/icon.tsx'

const joinWords = { and: 'all of', or: 'any of', not: 'not' } as const

/** A rule with what it found: each leaf's value against its threshold, and whether that was met. */
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
          {op === undefined ? rule : joinWords[op]}
        </span>
        {op === undefined && report.threshold !== undefined && <RuleValue report={report} />}
      </div>
      {children.length > 0 && (
        <ul>
          {children.map((child, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule's parts never change places
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

/** The conditions that a rule is made of. */
export function leavesOf(report: RuleReport): readonly RuleReport[] {
  return report.op === undefined ? [report] : (report.children ?? []).flatMap(leavesOf)
}

/** A leaf's value beside its threshold. The words next to it say the same. */
export function ThresholdBar({ report }: { report: RuleReport }) {
  const { actual = 0, threshold = 0, unit, met } = report
  // a ratio has an end; of all else the threshold stands at two thirds
  const full = unit === 'ratio' ? 1 : Math.max(threshold * 1.5, actual)
  const share = (value: number) => (full === 0 ? 0 : Math.min(100, (value / full) * 100))
  return (
    <svg
      className="threshold-bar"
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
      data-met={met}
    >
      <rect className="track" x="0" y="2" width="100" height="6" />
      <rect className="value" x="0" y="2" width={share(actual)} height="6" />
      <rect className="limit" x={Math.min(98, share(threshold))} y="0" width="2" height="10" />
    </svg>
  )
}
