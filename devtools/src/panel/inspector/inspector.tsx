import type { ReactNode } from 'react'
import { type CircuitRow, circuitRow, qualifiedLabel } from '../../session/circuit-rows.ts'
import { useSelected } from '../context/session-context.tsx'
import { stateAppearance } from '../theme/state-appearance.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateIcon } from '../ui/icon.tsx'
import type { Tab } from '../ui/tabs.tsx'
import { Configuration } from './configuration.tsx'
import { Controls } from './controls.tsx'
import { MetricsPane } from './metrics-pane.tsx'
import { PastNote } from './past-note.tsx'
import { Why } from './why.tsx'

export type InspectorTab = 'why' | 'metrics' | 'configuration'

/** In the order of the tabs. A record, so that a new tab is a type error here. */
const panes: Readonly<Record<InspectorTab, Omit<Tab<InspectorTab>, 'id'>>> = {
  why: {
    label: 'Why?',
    content: () => <SelectedCircuit>{(row) => <Why row={row} />}</SelectedCircuit>,
  },
  metrics: {
    label: 'Metrics',
    content: () => (
      <SelectedCircuit>{({ circuit }) => <MetricsPane circuit={circuit} />}</SelectedCircuit>
    ),
  },
  configuration: {
    label: 'Configuration',
    content: () => (
      <SelectedCircuit>
        {({ circuit }) => <Configuration config={circuit.added?.config} />}
      </SelectedCircuit>
    ),
  },
}

/** The tabs with details of the selected circuit. */
export const inspectorTabs: readonly Tab<InspectorTab>[] = (
  Object.keys(panes) as InspectorTab[]
).map((id) => ({ id, ...panes[id] }))

function SelectedCircuit({ children }: { children: (row: CircuitRow) => ReactNode }) {
  const row = useSelected((state) =>
    state.view.circuit === undefined ? undefined : circuitRow(state, state.view.circuit),
  )
  const isPast = useSelected(({ view }) => view.moment !== undefined)
  if (row === undefined) {
    return (
      <EmptyState title="No circuit selected">
        <p>Select one in the list.</p>
      </EmptyState>
    )
  }
  const { circuit } = row
  return (
    <div className="inspector">
      <div className="inspector-head">
        <h2>
          <StateIcon state={circuit.state} named />
          <bdi className="inspector-name">{qualifiedLabel(row)}</bdi>
          {isPast && <span className="text-muted">now {stateAppearance[circuit.state].label}</span>}
        </h2>
        <Controls key={row.key} row={row} />
        <PastNote />
      </div>
      {children(row)}
    </div>
  )
}
