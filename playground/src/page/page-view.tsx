import './page-view.css'
import { CircuitProvider } from '@fluxgate/react'
import { serviceNames } from '../knobs.ts'
import { WeatherBar } from '../services/fault-bar.tsx'
import { pageCircuits } from './page-circuits.ts'
import { SearchCard } from './search-card.tsx'
import { ServiceCard } from './service-card.tsx'

/** A page that is honest about what is down: React components on circuits. */
export function PageView() {
  return (
    <CircuitProvider registry={pageCircuits}>
      <div className="page-view">
        <div className="intro">
          <h1>One card is down. The page is not.</h1>
          <p>
            Each card has a circuit of its own, shown by <code>useCircuit</code>. Break a service:
            its card says so, counts down and comes back by itself. The others never notice.
          </p>
        </div>
        <WeatherBar />
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
