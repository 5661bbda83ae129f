import './state-meanings.css'
import { StateBadge } from './state-badge.tsx'

/** What the states mean for calls, as in an electric circuit: `open` is easily taken for `available`. */
export function StateMeanings() {
  return (
    <ul className="state-meanings" aria-label="What the states mean">
      <li>
        <StateBadge state="closed" /> calls pass
      </li>
      <li>
        <StateBadge state="open" /> calls are stopped
      </li>
      <li>
        <StateBadge state="half_open" /> a few calls probe the service
      </li>
    </ul>
  )
}
