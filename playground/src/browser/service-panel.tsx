import './service-panel.css'
import { healthy, isHealthy, type Knobs, type ServiceName } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { Slider } from '../ui/slider.tsx'
import { useStore } from '../ui/store.ts'

/** Controls that inject faults into a service. */
export function ServicePanel({ service }: { service: ServiceName }) {
  useStore(services.statuses)
  const { knobs } = services.status(service)
  const { failureRate, latencyMs, hang } = knobs
  const setKnobs = (change: Partial<Knobs>) => services.setKnobs(service, change)
  const isUp = isHealthy(knobs)
  return (
    <div className="service-panel">
      <button
        type="button"
        className={isUp ? 'break' : 'heal'}
        onClick={() => setKnobs(isUp ? { failureRate: 1 } : healthy)}
      >
        {isUp ? 'Break' : 'Heal'} {service}
      </button>
      <Slider
        label="Fails"
        of={service}
        value={Math.round(failureRate * 100)}
        max={100}
        unit="%"
        onChange={(percent) => setKnobs({ failureRate: percent / 100 })}
      />
      <Slider
        label="Takes"
        of={service}
        value={latencyMs}
        max={2_000}
        step={20}
        unit="ms"
        onChange={(ms) => setKnobs({ latencyMs: ms })}
      />
      <label className="service-hang">
        <input
          type="checkbox"
          checked={hang}
          onChange={(event) => setKnobs({ hang: event.target.checked })}
        />
        Hangs<span className="visually-hidden"> {service}</span>
        <span>takes requests, never answers</span>
      </label>
    </div>
  )
}
