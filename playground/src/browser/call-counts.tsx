import './call-counts.css'
import type { ServiceName } from '../knobs.ts'
import { useStore } from '../ui/store.ts'
import { traffic } from './page-traffic.ts'

/** The outcomes of the calls, which is also the legend of the dots. */
export function CallCounts({ service }: { service: ServiceName }) {
  const { answered, failed, rejected } = useStore(traffic.counts)[service]
  const total = answered + failed + rejected
  const share = Math.round((rejected / total) * 100)
  return (
    <dl className="call-counts">
      <div>
        <dt>
          <span className="dot" data-outcome="answered" /> answered
        </dt>
        <dd>{answered}</dd>
      </div>
      <div>
        <dt>
          <span className="dot" data-outcome="failed" /> failed
        </dt>
        <dd>{failed}</dd>
      </div>
      <div>
        <dt>
          <span className="dot" data-outcome="rejected" /> not sent
        </dt>
        <dd>
          {rejected} {rejected > 0 && <small>({share} %)</small>}
        </dd>
      </div>
    </dl>
  )
}
