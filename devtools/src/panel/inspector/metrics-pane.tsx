import type { MetricsTaken } from '@fluxgate/core/devtools'
import { useMemo } from 'react'
import type { Circuit } from '../../session/state.ts'
import { leavesOf } from '../rule/rule-tree.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Chart } from './chart.tsx'
import type { ChartSeries } from './chart-series.ts'

/** Failure rate, slow rates, average duration and fill of the window over time, with their thresholds. */
export function MetricsPane({ circuit }: { circuit: Circuit }) {
  const { metrics } = circuit
  const last = metrics.at(-1)
  const series = useMemo(() => (last ? seriesOf(circuit, last) : []), [circuit, last])
  if (last === undefined) {
    return (
      <EmptyState title="No metrics yet">
        <p>They are measured while the circuit is in sight in the list.</p>
      </EmptyState>
    )
  }
  return (
    <div className="charts">
      {series.map((one) => (
        <Chart key={one.label} series={one} samples={metrics} />
      ))}
    </div>
  )
}

function seriesOf({ added }: Circuit, { report, snapshot }: MetricsTaken): ChartSeries[] {
  const leaves = leavesOf(report)
  const thresholdOf = (rule: string) => leaves.find((leaf) => leaf.rule === rule)?.threshold
  const size = added?.config.window.type === 'countWindow' ? added.config.window.args[0] : undefined
  return [
    {
      label: 'Failure rate',
      unit: 'ratio',
      value: ({ snapshot: { metrics } }) => metrics.failureRate,
      threshold: thresholdOf('failure rate'),
    },
    ...Object.keys(snapshot.metrics.slow).map(
      (ms): ChartSeries => ({
        label: `Slow rate (≥ ${ms} ms)`,
        unit: 'ratio',
        value: ({ snapshot: { metrics } }) =>
          metrics.total === 0 ? undefined : (metrics.slow[Number(ms)] ?? 0) / metrics.total,
        threshold: thresholdOf(`slow rate (≥ ${ms} ms)`),
      }),
    ),
    {
      label: 'Average duration',
      unit: 'ms',
      value: ({ snapshot: { metrics } }) => metrics.avgDurationMs,
      threshold: thresholdOf('average duration'),
    },
    {
      label: 'Calls in the window',
      unit: 'count',
      value: ({ snapshot: { metrics } }) => metrics.total,
      threshold: thresholdOf('requests'),
      full: typeof size === 'number' ? size : undefined,
    },
  ]
}
