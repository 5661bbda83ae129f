import './metrics-panel.css'
import { useState } from 'react'
import { serviceNames } from '../../knobs.ts'
import { compareSamples } from './exposition.ts'
import { useMetrics } from './use-metrics.ts'

/** The metrics of a circuit, as prom-client and as OpenTelemetry give them. */
export function MetricsPanel() {
  const metrics = useMetrics()
  const [circuit, setCircuit] = useState<string>(serviceNames[0])
  const rows = metrics ? compareSamples(circuit, metrics.prometheus, metrics.openTelemetry) : []
  return (
    <section className="metrics-panel card" aria-labelledby="metrics">
      <div className="metrics-head">
        <h2 id="metrics">Metrics</h2>
        <label>
          Circuit{' '}
          <select value={circuit} onChange={({ target }) => setCircuit(target.value)}>
            {serviceNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      <p>
        Two listeners report the same circuits: one through prom-client, at{' '}
        <a href="/metrics">/metrics</a>, and one through OpenTelemetry and its exporter, at{' '}
        <a href="/metrics/opentelemetry">/metrics/opentelemetry</a>. Series with one name work with
        the same dashboard and alerts. OpenTelemetry measures durations only with{' '}
        <code>durations: true</code>.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="metrics-scroller" aria-label="Values of both listeners" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Series</th>
              <th scope="col">Prometheus</th>
              <th scope="col">OpenTelemetry</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, labels, prometheus, openTelemetry }) => (
              <tr key={`${name} ${labels}`}>
                <th scope="row">
                  <code>{name}</code> {labels !== '' && <small>{labels}</small>}
                </th>
                <td>{shown(prometheus)}</td>
                <td>{shown(openTelemetry)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

/** A value with at most four digits after the point. */
function shown(value: string | undefined): string {
  if (value === undefined) return '–'
  const number = Number(value)
  return Number.isFinite(number) ? String(Math.round(number * 10_000) / 10_000) : value
}
