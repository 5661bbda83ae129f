import { CircuitBoundary, useCircuit } from '@fluxgate/react'
import { useId } from 'react'
import { healthy, isWell, type ServiceName } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { useStore } from '../ui/store.ts'
import { DownNotice } from './down-notice.tsx'
import { Feed } from './feed.tsx'

/** What one service feeds, or when to expect it back. */
export function ServiceCard({ service }: { service: ServiceName }) {
  const { state } = useCircuit(service)
  const heading = useId()
  useStore(services.statuses)
  const well = isWell(services.status(service).knobs)
  return (
    <section className="page-card" aria-labelledby={heading} data-state={state}>
      <header>
        <h2 id={heading}>{service}</h2>
        <StateBadge state={state} />
      </header>
      {/* here before there is something to say, or nobody would hear it; said once, however often it probes */}
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
        className="quiet"
        onClick={() => services.turn(service, well ? { failureRate: 1 } : healthy)}
      >
        {well ? 'Break' : 'Heal'} {service}
      </button>
    </section>
  )
}
