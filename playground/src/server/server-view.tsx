import './server-view.css'
import type { Snapshot } from '@fluxgate/core'
import { useEffect } from 'react'
import { FleetPanel } from '../fleet/fleet-panel.tsx'
import { FaultBar } from '../services/fault-bar.tsx'
import { Slider } from '../ui/slider.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { StateMeanings } from '../ui/state-meanings.tsx'
import { StateSentence } from '../ui/state-sentence.tsx'
import { initialRate } from '../url-settings.ts'
import { DevtoolsAddress } from './devtools-address.tsx'
import { MetricsPanel } from './metrics/metrics-panel.tsx'
import { SlackPanel } from './slack-panel.tsx'
import { requestBackend, useBackend } from './use-backend.ts'

const PROBES = 3

/** The circuits of a Node service that calls the same three services, with log and Slack channel. */
export function ServerView() {
  const backend = useBackend()
  useFirstCalls(backend?.rate)
  return (
    <div className="server-view">
      <div className="intro">
        <h1>The same on a server, with logs, metrics and Slack.</h1>
        <p>
          A Node service calls the same three services through circuits of its own. They write a
          log, report to Prometheus and OpenTelemetry, and post to a Slack channel.
        </p>
        <StateMeanings />
      </div>
      {backend === undefined ? (
        <p role="status">Loading the status of the backend.</p>
      ) : (
        <>
          <div className="controls">
            <Slider
              label="Calls"
              value={backend.rate}
              max={30}
              unit="a second"
              onChange={(rate) => void requestBackend({ rate })}
            />
            <FaultBar />
          </div>
          <FleetPanel />
          <div className="server-columns">
            <div>
              <section className="card" aria-labelledby="backend-circuits">
                <h2 id="backend-circuits">Circuits</h2>
                <ul className="server-circuits">
                  {backend.circuits.map((snapshot) => (
                    <CircuitRow key={snapshot.name} snapshot={snapshot} />
                  ))}
                </ul>
              </section>
              <section className="card" aria-labelledby="backend-log">
                <h2 id="backend-log">Log</h2>
                {backend.log.length === 0 && (
                  <p className="server-empty">
                    Nothing yet. Start the calls and change the weather.
                  </p>
                )}
                <ol className="server-log">
                  {backend.log.map((line) => (
                    <li key={line}>
                      <code>{line}</code>
                    </li>
                  ))}
                </ol>
              </section>
            </div>
            <SlackPanel {...backend.slack} />
          </div>
          <MetricsPanel />
          <DevtoolsAddress url={backend.devtoolsUrl} />
        </>
      )}
    </div>
  )
}

let hasStarted = false

/** Starts the calls once: a backend without calls shows nothing. Later the slider decides. */
function useFirstCalls(rate: number | undefined): void {
  useEffect(() => {
    if (rate === undefined || hasStarted) return
    hasStarted = true
    if (rate === 0 && initialRate > 0) void requestBackend({ rate: initialRate })
  }, [rate])
}

function CircuitRow({ snapshot }: { snapshot: Snapshot }) {
  const { name, state, metrics } = snapshot
  const { total, failures } = metrics
  return (
    <li data-state={state}>
      <b>{name}</b>
      <StateBadge state={state} />
      <StateSentence snapshot={snapshot} probes={PROBES} />
      <small>
        Window: {total} {total === 1 ? 'call' : 'calls'}
        {total > 0 && `, ${failures} failed`}
      </small>
    </li>
  )
}
