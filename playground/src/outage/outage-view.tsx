import './outage-view.css'
import type { CircuitBreaker } from '@fluxgate/core'
import { useCircuit } from '@fluxgate/react'
import { useEffect } from 'react'
import { StateBadge } from '../ui/state-badge.tsx'
import { useStore } from '../ui/store.ts'
import { type Severity, severities } from './fault-schedule.ts'
import { outageCircuits } from './outage-circuits.ts'
import { pageOutage, runOutage } from './page-outage.ts'

const titles: Readonly<Record<Severity, string>> = {
  low: 'Calm',
  moderate: 'Breeze',
  high: 'Gale',
  extreme: 'Hurricane',
}

/** Eight circuits with different rules in a simulated outage, to be inspected in the devtools. */
export function OutageView() {
  const outage = pageOutage()
  const severity = useStore(outage.severity)
  useEffect(runOutage, [])
  return (
    <div className="outage-view">
      <div className="intro">
        <h1>Watch eight circuits in a storm.</h1>
        <p>
          Services fail, slow down and recover. Some circuits are changed by hand. Open Fluxgate at
          the bottom right, or its tab in your browser's DevTools, to see each circuit on a timeline
          and the reason of each trip.
        </p>
      </div>
      <fieldset className="fault-bar">
        <legend>Strength</legend>
        {keysOf(severities).map((key) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === severity}
            onClick={() => outage.severity.set(key)}
          >
            {titles[key]}
          </button>
        ))}
      </fieldset>
      <ul className="outage-circuits">
        {outage.circuits.map((circuit, index) => (
          <OutageCard
            key={circuit.name}
            circuit={circuit}
            rule={outageCircuits[index]?.rule ?? ''}
          />
        ))}
      </ul>
    </div>
  )
}

function OutageCard({ circuit, rule }: { circuit: CircuitBreaker; rule: string }) {
  const { state, metrics } = useCircuit(circuit, { metrics: true })
  if (state === undefined) return null
  const { total, failures } = metrics
  return (
    <li data-state={state}>
      <b>{circuit.name}</b>
      <StateBadge state={state} />
      <code>
        {rule.split(/(?=\.[a-z])/).map((part) => (
          <span key={part}>{part}</span>
        ))}
      </code>
      <small>
        Window: {total} {total === 1 ? 'call' : 'calls'}
        {total > 0 && `, ${failures} failed`}
      </small>
    </li>
  )
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(record) as K[]
}
