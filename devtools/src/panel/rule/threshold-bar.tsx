import type { RuleReport } from '@fluxgate/core'

/** A condition's value as a bar, with its threshold as a mark. The text beside it shows the same. */
export function ThresholdBar({ report }: { report: RuleReport }) {
  const { actual = 0, threshold = 0, unit, met } = report
  // a ratio ends at 1; for other units the threshold is at two thirds of the bar
  const full = unit === 'ratio' ? 1 : Math.max(threshold * 1.5, actual)
  const percentOf = (value: number) => (full === 0 ? 0 : Math.min(100, (value / full) * 100))
  return (
    <svg
      className="threshold-bar"
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
      data-met={met}
    >
      <rect className="track" x="0" y="2" width="100" height="6" />
      <rect className="value" x="0" y="2" width={percentOf(actual)} height="6" />
      <rect className="limit" x={Math.min(98, percentOf(threshold))} y="0" width="2" height="10" />
    </svg>
  )
}
