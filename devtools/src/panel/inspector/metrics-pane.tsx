import type { MetricsTaken } from '@fluxgate/core/devtools'
import { useMemo } from 'react'
import type { Circuit } from '../../session/state.ts'
import { ruleLeaves } from '../rule/rule-leaves.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Chart } from './chart.tsx'
import type { ChartSeries } from './chart-series.ts'

/** Charts of failure rate, slow rates, average duration and calls in the window, with thresholds. */
export function MetricsPane({ circuit }: { circuit: Circuit }) {
  const { metrics } = circuit
  const last = metrics.at(-1)
  const series = useMemo(() => (last ? seriesOf(circuit, last) : []), [circuit, last])
  if (last === undefined) {
    return (
      <EmptyState title="No metrics yet">
        <p>They are measured while the circuit is visible in the list.</p>
      </EmptyState>
    )
  }
  return (
    <div className="charts">
      {series.map((metric) => (
        <Chart key={metric.label} series={metric} samples={metrics} />
      ))}
    </div>
  )
}

function seriesOf({ added }: Circuit, { report, snapshot }: MetricsTaken): ChartSeries[] {
  const leaves = ruleLeaves(report)
  const thresholdOf = (type: string, limitMs?: number) =>
    leaves.find(
      (leaf) => leaf.type === type && (limitMs === undefined || leaf.args?.[1] === limitMs),
    )?.threshold
  const size = added?.config.window.type === 'countWindow' ? added.config.window.args[0] : undefined
  return [
    {
      label: 'Failure rate',
      unit: 'ratio',
      value: ({ snapshot: { metrics } }) => metrics.failureRate,
      threshold: thresholdOf('failureRate'),
    },
    ...Object.keys(snapshot.metrics.slow).map(
      (ms): ChartSeries => ({
        label: `Slow rate (≥ ${ms} ms)`,
        unit: 'ratio',
        value: ({ snapshot: { metrics } }) =>
          metrics.total === 0 ? undefined : (metrics.slow[Number(ms)] ?? 0) / metrics.total,
        threshold: thresholdOf('slowRate', Number(ms)),
      }),
    ),
    {
      label: 'Average duration',
      unit: 'ms',
      value: ({ snapshot: { metrics } }) => metrics.avgDurationMs,
      threshold: thresholdOf('avgLatency'),
    },
    {
      label: 'Calls in the window',
      unit: 'count',
      value: ({ snapshot: { metrics } }) => metrics.total,
      threshold: thresholdOf('minRequests'),
      full: typeof size === 'number' ? size : undefined,
    },
  ]
}
