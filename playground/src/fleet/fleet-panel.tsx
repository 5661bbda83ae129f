import './fleet-panel.css'
import { useState } from 'react'
import type { InstanceCircuit, InstanceStatus } from '../fleet-status.ts'
import { serviceNames } from '../knobs.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { useFleet } from './use-fleet.ts'

const storeSentences = {
  unknown: 'Four instances of a service share their circuits.',
  redis: 'Four processes share their circuits through Redis.',
  memory:
    'Four instances share their circuits in memory. With redis-server on the PATH, or REDIS_URL, they are processes on Redis.',
}

/** Four instances of the service that share their circuits. */
export function FleetPanel() {
  const [isStarted, setStarted] = useState(false)
  const fleet = useFleet(isStarted)
  const instances = fleet?.instances ?? []
  return (
    <section className="card fleet-panel" aria-labelledby="fleet">
      <h2 id="fleet">Fleet</h2>
      <p>
        {storeSentences[fleet?.store ?? 'unknown']} Two that fail open the circuit of all. One
        probes for all, and all ramp up together.
      </p>
      {!isStarted && (
        <button type="button" className="secondary" onClick={() => setStarted(true)}>
          Start four instances
        </button>
      )}
      {isStarted && instances.length === 0 && <p role="status">Starting four instances.</p>}
      {instances.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Instance</th>
              {serviceNames.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <InstanceRow key={instance.name} {...instance} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function InstanceRow({ name, pid, circuits }: InstanceStatus) {
  return (
    <tr>
      <th scope="row">
        {name} <small>process {pid}</small>
      </th>
      {circuits.map((circuit) => (
        <td key={circuit.name}>
          <StateBadge state={circuit.state} />
          <small>{notesOf(circuit).join(', ')}</small>
        </td>
      ))}
    </tr>
  )
}

/** What this instance does for the fleet. */
function notesOf({ reachable, reported, probes, rampShare }: InstanceCircuit): string[] {
  return [
    !reachable && 'alone',
    reported && 'reported',
    probes && 'probes for all',
    rampShare !== undefined && `ramp ${Math.round(rampShare * 100)} %`,
  ].filter((note) => note !== false)
}
