import './circuit-lane.css'
import type { CircuitBreaker } from '@fluxgate/core'
import { useCircuit } from '@fluxgate/react'
import { useId } from 'react'
import type { ServiceName } from '../knobs.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { StateSentence } from '../ui/state-sentence.tsx'
import { CallTally } from './call-counts.tsx'
import { Flow } from './call-flow.tsx'
import { ManualMoves } from './manual-transitions.tsx'
import { ServicePanel } from './service-panel.tsx'
import { ServiceWords } from './service-status.tsx'
import { GatePanel } from './window-panel.tsx'

/** How often the counts are shown anew. */
const RENEWED_MS = 100

interface CircuitLaneProps {
  circuit: CircuitBreaker
  service: ServiceName
}

/** One circuit: the page on the left, its gate in the middle, the service on the right. */
export function CircuitLane({ circuit, service }: CircuitLaneProps) {
  const view = useCircuit(circuit, { metrics: RENEWED_MS })
  const heading = useId()
  return (
    <section className="lane" aria-labelledby={heading} data-state={view.state}>
      <header>
        <h2 id={heading}>{circuit.name}</h2>
        <StateBadge state={view.state} />
        <StateSentence snapshot={view} probes={circuit.toJSON().probes} />
        <ManualMoves circuit={circuit} />
      </header>
      <div className="lane-body">
        <Flow service={service} state={view.state} />
        <ServiceWords service={service} />
        <div className="lane-page">
          <h3>This page</h3>
          <CallTally service={service} />
        </div>
        <GatePanel circuit={circuit} view={view} />
        <ServicePanel service={service} />
      </div>
    </section>
  )
}
