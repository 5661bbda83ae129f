import './page-view.css'
import { CircuitProvider } from '@fluxgate/react'
import { serviceNames } from '../knobs.ts'
import { FaultBar } from '../services/fault-bar.tsx'
import { StateMeanings } from '../ui/state-meanings.tsx'
import { pageCircuits } from './page-circuits.ts'
import { SearchCard } from './search-card.tsx'
import { ServiceCard } from './service-card.tsx'

/** React components that show the state of their circuits. */
export function PageView() {
  return (
    <CircuitProvider registry={pageCircuits}>
      <div className="page-view">
        <div className="intro">
          <h1>One card is down. The page is not.</h1>
          <p>
            Each card has a circuit of its own, shown by <code>useCircuit</code>. Break a service:
            its card shows the outage and a countdown, and recovers by itself. The others go on.
          </p>
          <StateMeanings />
        </div>
        <FaultBar />
        <div className="page-cards">
          {serviceNames.map((service) => (
            <ServiceCard key={service} service={service} />
          ))}
          <SearchCard />
        </div>
      </div>
    </CircuitProvider>
  )
}
