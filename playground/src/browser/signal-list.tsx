import './signal-list.css'
import { StateBadge } from '../ui/state-badge.tsx'
import { useStore } from '../ui/store.ts'
import { signalLog } from './page-traffic.ts'

const SHOWN = 6

/** The last signals with their reasons, newest first. */
export function SignalList() {
  const signals = useStore(signalLog.signals)
  return (
    <section className="signal-list" aria-labelledby="signals">
      <h2 id="signals">Signals</h2>
      {signals.length === 0 && <p>None yet: no circuit has changed its state. Break a service.</p>}
      <div role="log" aria-labelledby="signals">
        <ol>
          {signals.slice(0, SHOWN).map(({ circuitName, newState, timestamp, reason }) => (
            <li key={`${circuitName} ${newState} ${timestamp}`}>
              <time dateTime={new Date(timestamp).toISOString()}>
                {new Date(timestamp).toLocaleTimeString('en-GB')}
              </time>
              <b>{circuitName}</b>
              <StateBadge state={newState} />
              <span>{reason}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}
