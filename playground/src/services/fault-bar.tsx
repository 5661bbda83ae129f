import './fault-bar.css'
import { healthy, type Knobs, type ServiceName, serviceNames } from '../knobs.ts'
import { useStore } from '../ui/store.ts'
import { services } from './page-services.ts'

type Scenario = (name: ServiceName) => Knobs

const only = (service: ServiceName, knobs: Partial<Knobs>): Scenario => {
  return (name) => (name === service ? { ...healthy, ...knobs } : healthy)
}

const scenarios: { title: string; scenario: Scenario }[] = [
  { title: 'All is well', scenario: () => healthy },
  { title: 'Payments down', scenario: only('payments', { failureRate: 1 }) },
  { title: 'Slow recommendations', scenario: only('recommendations', { latencyMs: 700 }) },
  { title: 'Catalog hangs', scenario: only('catalog', { hang: true }) },
  { title: 'Storm', scenario: () => ({ failureRate: 0.6, latencyMs: 300, hang: false }) },
]

/** Buttons that inject faults into all services at once. */
export function FaultBar() {
  useStore(services.statuses)
  const isActive = (scenario: Scenario) =>
    serviceNames.every((name) => isEqual(services.status(name).knobs, scenario(name)))
  return (
    <fieldset className="fault-bar">
      <legend>Weather</legend>
      {scenarios.map(({ title, scenario }) => (
        <button
          key={title}
          type="button"
          aria-pressed={isActive(scenario)}
          onClick={() => services.setAllKnobs(scenario)}
        >
          {title}
        </button>
      ))}
    </fieldset>
  )
}

function isEqual(a: Knobs, b: Knobs): boolean {
  return a.failureRate === b.failureRate && a.latencyMs === b.latencyMs && a.hang === b.hang
}
