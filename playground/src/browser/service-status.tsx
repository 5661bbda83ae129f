import './service-status.css'
import { conditionOf, isWell, type ServiceName } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { useStore } from '../ui/store.ts'

/** How a service is, and what its own counter says. */
export function ServiceWords({ service }: { service: ServiceName }) {
  useStore(services.statuses)
  const { knobs, received } = services.status(service)
  return (
    <div className="service-words">
      <h3>
        The service <span data-well={isWell(knobs)}>{conditionOf(knobs)}</span>
      </h3>
      <p>
        <b>{received}</b> {received === 1 ? 'request' : 'requests'} reached it
      </p>
    </div>
  )
}
