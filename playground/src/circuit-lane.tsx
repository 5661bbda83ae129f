import './circuit-lane.css'
import type { CircuitBreaker } from '@fluxgate/core'
import { useId } from 'react'
import { CallTally } from './call-tally.tsx'
import { Flow } from './flow.tsx'
import { GatePanel } from './gate-panel.tsx'
import type { ServiceName } from './knobs.ts'
import { ManualMoves } from './manual-moves.tsx'
import { ServicePanel } from './service-panel.tsx'
import { ServiceWords } from './service-words.tsx'
import { StateBadge } from './state-badge.tsx'
import { StateSentence } from './state-sentence.tsx'
import { useCircuit } from './use-circuit.ts'

interface CircuitLaneProps {
  circuit: CircuitBreaker
  service: ServiceName
}

/** One circuit: the page on the left, its gate in the middle, the service on the right. */
export function CircuitLane({ circuit, service }: CircuitLaneProps) {
  const snapshot = useCircuit(circuit)
  const heading = useId()
  return (
    <section className="lane" aria-labelledby={heading} data-state={snapshot.state}>
      <header>
        <h2 id={heading}>{circuit.name}</h2>
        <StateBadge state={snapshot.state} />
        <StateSentence snapshot={snapshot} probes={circuit.toJSON().probes} />
        <ManualMoves circuit={circuit} />
      </header>
      <div className="lane-body">
        <Flow service={service} state={snapshot.state} />
        <ServiceWords service={service} />
        <div className="lane-page">
          <h3>This page</h3>
          <CallTally service={service} />
        </div>
        <GatePanel circuit={circuit} snapshot={snapshot} />
        <ServicePanel service={service} />
      </div>
    </section>
  )
}
