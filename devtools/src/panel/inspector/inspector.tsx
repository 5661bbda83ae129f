import type { ReactNode } from 'react'
import { type CircuitRow, circuitRow, qualifiedLabel } from '../../session/circuit-rows.ts'
import { useSelected } from '../context/session-context.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateIcon } from '../ui/icon.tsx'
import type { Tab } from '../ui/tabs.tsx'
import { Configuration } from './configuration.tsx'
import { Controls } from './controls.tsx'
import { MetricsPane } from './metrics-pane.tsx'
import { Why } from './why.tsx'

export type InspectorTab = 'why' | 'metrics' | 'configuration'

/** What can be looked at of the selected circuit. */
export const inspectorTabs: readonly Tab<InspectorTab>[] = [
  {
    id: 'why',
    label: 'Why?',
    content: () => <OfSelected>{(row) => <Why row={row} />}</OfSelected>,
  },
  {
    id: 'metrics',
    label: 'Metrics',
    content: () => <OfSelected>{({ circuit }) => <MetricsPane circuit={circuit} />}</OfSelected>,
  },
  {
    id: 'configuration',
    label: 'Configuration',
    content: () => (
      <OfSelected>{({ circuit }) => <Configuration config={circuit.added?.config} />}</OfSelected>
    ),
  },
]

function OfSelected({ children }: { children: (row: CircuitRow) => ReactNode }) {
  const row = useSelected((state) =>
    state.view.circuit === undefined ? undefined : circuitRow(state, state.view.circuit),
  )
  if (row === undefined) {
    return (
      <EmptyState title="No circuit selected">
        <p>Choose one in the list.</p>
      </EmptyState>
    )
  }
  const { circuit } = row
  return (
    <div className="inspector">
      <div className="inspector-head">
        <h2>
          <StateIcon state={circuit.state} named />
          <span className="inspector-name">{qualifiedLabel(row)}</span>
        </h2>
        <Controls key={row.key} row={row} />
      </div>
      {children(row)}
    </div>
  )
}
