import './outage-view.css'
import type { CircuitBreaker } from '@fluxgate/core'
import { useCircuit } from '@fluxgate/react'
import { useEffect } from 'react'
import { StateBadge } from '../ui/state-badge.tsx'
import { useStore } from '../ui/store.ts'
import { type Strength, strengths } from './fault-schedule.ts'
import { stormCircuits } from './outage-circuits.ts'
import { stormHere, watchStorm } from './page-outage.ts'

const titles: Readonly<Record<Strength, string>> = {
  calm: 'Calm',
  breeze: 'Breeze',
  gale: 'Gale',
  hurricane: 'Hurricane',
}

/** Eight circuits with different rules in bad weather: something to look at in the devtools. */
export function StormView() {
  const storm = stormHere()
  const strength = useStore(storm.strength)
  useEffect(watchStorm, [])
  return (
    <div className="storm-view">
      <div className="intro">
        <h1>Watch eight circuits in a storm.</h1>
        <p>
          Services fail, slow down and recover; now and then somebody moves a circuit by hand. Open
          Fluxgate at the bottom right, or its tab in your browser's DevTools, to see each of them
          on a timeline, and why it tripped.
        </p>
      </div>
      <fieldset className="weather-bar">
        <legend>Strength</legend>
        {keysOf(strengths).map((key) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === strength}
            onClick={() => storm.strength.set(key)}
          >
            {titles[key]}
          </button>
        ))}
      </fieldset>
      <ul className="storm-circuits">
        {storm.circuits.map((circuit, index) => (
          <StormCard key={circuit.name} circuit={circuit} rule={stormCircuits[index]?.rule ?? ''} />
        ))}
      </ul>
    </div>
  )
}

function StormCard({ circuit, rule }: { circuit: CircuitBreaker; rule: string }) {
  const { state, metrics } = useCircuit(circuit, { metrics: true })
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
