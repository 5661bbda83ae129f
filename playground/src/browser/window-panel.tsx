import './window-panel.css'
import type { CircuitBreaker, Metrics, State } from '@fluxgate/core'
import type { CircuitView } from '@fluxgate/react'
import { useStore } from '../ui/store.ts'
import { signalLog } from './page-traffic.ts'
import { RuleTree } from './rule-tree.tsx'

const headings: Readonly<Record<Exclude<State, 'open' | 'disabled' | 'forced_open'>, string>> = {
  closed: 'Opens when',
  half_open: 'Opens again when',
  metrics_only: 'Would open when',
}

interface WindowPanelProps {
  circuit: CircuitBreaker
  view: CircuitView & { readonly ready: true; readonly metrics: Metrics }
}

/** The rule with the current values; for an open circuit, with the values that opened it. */
export function WindowPanel({ circuit, view }: WindowPanelProps) {
  const signals = useStore(signalLog.signals)
  const { state, metrics } = view
  if (state === 'disabled' || state === 'forced_open') {
    return (
      <div className="window-panel">
        <h3>Set by hand</h3>
        <p>The rule is not evaluated.</p>
      </div>
    )
  }
  if (state === 'open') {
    const opened = signals.find((s) => s.circuitName === circuit.name && s.newState === 'open')
    return (
      <div className="window-panel">
        <h3>Opened because</h3>
        {opened?.report ? <RuleTree report={opened.report} /> : <p>{opened?.reason}</p>}
        {opened && <WindowSummary metrics={opened.metrics} />}
      </div>
    )
  }
  return (
    <div className="window-panel">
      <h3>{headings[state]}</h3>
      <RuleTree report={circuit.explain()} />
      <WindowSummary metrics={metrics} />
    </div>
  )
}

function WindowSummary({ metrics }: { metrics: Metrics }) {
  const { total, failures, avgDurationMs } = metrics
  return (
    <p className="window-summary">
      Window: {total} {total === 1 ? 'call' : 'calls'}
      {avgDurationMs !== undefined &&
        `, ${failures} failed, ${Math.round(avgDurationMs)} ms on average`}
    </p>
  )
}
