import './fault-bar.css'
import { healthy, type Knobs, type ServiceName, serviceNames } from '../knobs.ts'
import { useStore } from '../ui/store.ts'
import { services } from './page-services.ts'

type Weather = (name: ServiceName) => Knobs

const only = (service: ServiceName, knobs: Partial<Knobs>): Weather => {
  return (name) => (name === service ? { ...healthy, ...knobs } : healthy)
}

const weathers: { title: string; weather: Weather }[] = [
  { title: 'All is well', weather: () => healthy },
  { title: 'Payments down', weather: only('payments', { failureRate: 1 }) },
  { title: 'Slow recommendations', weather: only('recommendations', { latencyMs: 700 }) },
  { title: 'Catalog hangs', weather: only('catalog', { hang: true }) },
  { title: 'Storm', weather: () => ({ failureRate: 0.6, latencyMs: 300, hang: false }) },
]

/** What happens to all services at once. */
export function WeatherBar() {
  useStore(services.statuses)
  const isNow = (weather: Weather) =>
    serviceNames.every((name) => same(services.status(name).knobs, weather(name)))
  return (
    <fieldset className="weather-bar">
      <legend>Weather</legend>
      {weathers.map(({ title, weather }) => (
        <button
          key={title}
          type="button"
          aria-pressed={isNow(weather)}
          onClick={() => services.turnAll(weather)}
        >
          {title}
        </button>
      ))}
    </fieldset>
  )
}

function same(a: Knobs, b: Knobs): boolean {
  return a.failureRate === b.failureRate && a.latencyMs === b.latencyMs && a.hang === b.hang
}
