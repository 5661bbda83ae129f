import './service-status.css'
import { conditionOf, isHealthy, type ServiceName } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { useStore } from '../ui/store.ts'

/** The condition of a service and the number of requests that it received. */
export function ServiceStatusText({ service }: { service: ServiceName }) {
  useStore(services.statuses)
  const { knobs, received } = services.status(service)
  return (
    <div className="service-status">
      <h3>
        The service <span data-healthy={isHealthy(knobs)}>{conditionOf(knobs)}</span>
      </h3>
      <p>
        <b>{received}</b> {received === 1 ? 'request' : 'requests'} of this page reached it
      </p>
    </div>
  )
}
