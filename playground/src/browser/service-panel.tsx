import './service-panel.css'
import { healthy, isWell, type Knobs, type ServiceName } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { Slider } from '../ui/slider.tsx'
import { useStore } from '../ui/store.ts'

/** The knobs of a flaky service. */
export function ServicePanel({ service }: { service: ServiceName }) {
  useStore(services.statuses)
  const { knobs } = services.status(service)
  const { failureRate, latencyMs, hang } = knobs
  const turn = (change: Partial<Knobs>) => services.turn(service, change)
  const well = isWell(knobs)
  return (
    <div className="service-panel">
      <button
        type="button"
        className={well ? 'break' : 'heal'}
        onClick={() => turn(well ? { failureRate: 1 } : healthy)}
      >
        {well ? 'Break' : 'Heal'} {service}
      </button>
      <Slider
        label="Fails"
        of={service}
        value={Math.round(failureRate * 100)}
        max={100}
        unit="%"
        onChange={(percent) => turn({ failureRate: percent / 100 })}
      />
      <Slider
        label="Takes"
        of={service}
        value={latencyMs}
        max={2_000}
        step={20}
        unit="ms"
        onChange={(ms) => turn({ latencyMs: ms })}
      />
      <label className="service-hang">
        <input
          type="checkbox"
          checked={hang}
          onChange={(event) => turn({ hang: event.target.checked })}
        />
        Hangs<span className="visually-hidden"> {service}</span>
        <span>takes requests, never answers</span>
      </label>
    </div>
  )
}
