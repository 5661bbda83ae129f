import './window-panel.css'
import type { CircuitBreaker, Metrics } from '@fluxgate/core'
import type { CircuitView } from '@fluxgate/react'
import { useStore } from '../ui/store.ts'
import { signalLog } from './page-traffic.ts'
import { RuleTree } from './rule-tree.tsx'

interface GatePanelProps {
  circuit: CircuitBreaker
  view: CircuitView & { readonly metrics: Metrics }
}

/** What the window holds against the rule; for an open circuit, what it held when it opened. */
export function GatePanel({ circuit, view }: GatePanelProps) {
  const signals = useStore(signalLog.signals)
  const { state, metrics } = view
  if (state === 'disabled' || state === 'forced_open') {
    return (
      <div className="gate-panel">
        <h3>Moved by hand</h3>
        <p>The rule is not asked.</p>
      </div>
    )
  }
  if (state === 'open') {
    const opened = signals.find((s) => s.circuitName === circuit.name && s.newState === 'open')
    return (
      <div className="gate-panel">
        <h3>Opened because</h3>
        {opened?.report ? <RuleTree report={opened.report} /> : <p>{opened?.reason}</p>}
        {opened && <Held metrics={opened.metrics} />}
      </div>
    )
  }
  return (
    <div className="gate-panel">
      <h3>
        {state === 'closed' ? 'Opens' : state === 'half_open' ? 'Opens again' : 'Would open'} when
      </h3>
      <RuleTree report={circuit.explain()} />
      <Held metrics={metrics} />
    </div>
  )
}

function Held({ metrics }: { metrics: Metrics }) {
  const { total, failures, avgDurationMs } = metrics
  return (
    <p className="gate-window">
      Window: {total} {total === 1 ? 'call' : 'calls'}
      {avgDurationMs !== undefined &&
        `, ${failures} failed, ${Math.round(avgDurationMs)} ms on average`}
    </p>
  )
}
