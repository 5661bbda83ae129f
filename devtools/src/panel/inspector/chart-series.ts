import type { RuleReport } from '@fluxgate/core'
import type { MetricsTaken } from '@fluxgate/core/devtools'

/** One metric of a circuit, as it is drawn over time. */
export interface ChartSeries {
  readonly label: string
  readonly unit: RuleReport['unit']
  readonly value: (sample: MetricsTaken) => number | undefined
  readonly threshold: number | undefined
  /** The greatest possible value, where there is one. */
  readonly full?: number | undefined
}
