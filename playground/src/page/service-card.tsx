import { CircuitBoundary, useCircuit } from '@fluxgate/react'
import { useId } from 'react'
import { healthy, isHealthy, type ServiceName } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { useStore } from '../ui/store.ts'
import { DownNotice } from './down-notice.tsx'
import { Feed } from './feed.tsx'

/** The feed of one service, or a notice while its circuit is not closed. */
export function ServiceCard({ service }: { service: ServiceName }) {
  const { state } = useCircuit(service)
  const heading = useId()
  useStore(services.statuses)
  const isUp = isHealthy(services.status(service).knobs)
  return (
    <section className="page-card" aria-labelledby={heading} data-state={state}>
      <header>
        <h2 id={heading}>{service}</h2>
        {state && <StateBadge state={state} />}
      </header>
      {/* screen readers announce changes of an existing live region; the text is the same for all probes */}
      <p role="status" className="visually-hidden">
        {state !== 'closed' && `${service} is down for now. The page tries again by itself.`}
      </p>
      <CircuitBoundary
        circuit={service}
        fallback={({ retry }) => <DownNotice service={service} retry={retry} />}
      >
        <Feed service={service} />
      </CircuitBoundary>
      <button
        type="button"
        className="secondary"
        onClick={() => services.setKnobs(service, isUp ? { failureRate: 1 } : healthy)}
      >
        {isUp ? 'Break' : 'Heal'} {service}
      </button>
    </section>
  )
}
