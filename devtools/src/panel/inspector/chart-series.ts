import type { RuleReport } from '@fluxgate/core'
import type { MetricsTaken } from '@fluxgate/core/devtools'

/** One metric of a circuit over time. */
export interface ChartSeries {
  readonly label: string
  readonly unit: RuleReport['unit']
  readonly value: (sample: MetricsTaken) => number | undefined
  readonly threshold: number | undefined
  /** The maximum of the scale. Absent: derived from the values. */
  readonly full?: number | undefined
}
