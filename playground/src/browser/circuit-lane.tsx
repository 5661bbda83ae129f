import './circuit-lane.css'
import type { CircuitBreaker } from '@fluxgate/core'
import { useCircuit } from '@fluxgate/react'
import { useId } from 'react'
import type { ServiceName } from '../knobs.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { StateSentence } from '../ui/state-sentence.tsx'
import { CallCounts } from './call-counts.tsx'
import { CallFlow } from './call-flow.tsx'
import { ManualTransitions } from './manual-transitions.tsx'
import { ServicePanel } from './service-panel.tsx'
import { ServiceStatusText } from './service-status.tsx'
import { WindowPanel } from './window-panel.tsx'

/** The update interval of the metrics. */
const METRICS_MS = 100

interface CircuitLaneProps {
  circuit: CircuitBreaker
  service: ServiceName
}

/** One circuit: the page on the left, the circuit in the middle, the service on the right. */
export function CircuitLane({ circuit, service }: CircuitLaneProps) {
  const view = useCircuit(circuit, { metrics: METRICS_MS })
  const heading = useId()
  if (!view.ready) return null
  return (
    <section className="lane" aria-labelledby={heading} data-state={view.state}>
      <header>
        <h2 id={heading}>{circuit.name}</h2>
        <StateBadge state={view.state} />
        <StateSentence snapshot={view} probes={circuit.toJSON().probes} />
        <ManualTransitions circuit={circuit} />
      </header>
      <div className="lane-body">
        <CallFlow service={service} state={view.state} />
        <ServiceStatusText service={service} />
        <div className="lane-page">
          <h3>This page</h3>
          <CallCounts service={service} />
        </div>
        <WindowPanel circuit={circuit} view={view} />
        <ServicePanel service={service} />
      </div>
    </section>
  )
}
