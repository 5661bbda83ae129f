import './call-counts.css'
import type { ServiceName } from '../knobs.ts'
import { useStore } from '../ui/store.ts'
import { traffic } from './page-traffic.ts'

/** What became of this page's calls, and the key to the dots. */
export function CallTally({ service }: { service: ServiceName }) {
  const { answered, failed, stopped } = useStore(traffic.tallies)[service]
  const total = answered + failed + stopped
  const share = Math.round((stopped / total) * 100)
  return (
    <dl className="call-tally">
      <div>
        <dt>
          <span className="dot" data-fate="answered" /> answered
        </dt>
        <dd>{answered}</dd>
      </div>
      <div>
        <dt>
          <span className="dot" data-fate="failed" /> failed
        </dt>
        <dd>{failed}</dd>
      </div>
      <div>
        <dt>
          <span className="dot" data-fate="stopped" /> not sent
        </dt>
        <dd>
          {stopped > 0 && <small>{share} %</small>} {stopped}
        </dd>
      </div>
    </dl>
  )
}
