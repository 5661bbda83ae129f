import './savings.css'
import { useStore } from '../ui/store.ts'
import { circuits } from './guarded-fetch.ts'
import { traffic } from './page-traffic.ts'

/** What one saves: the requests that were not sent. */
export function Savings() {
  const tallies = Object.values(useStore(traffic.tallies))
  const calls = tallies.reduce((sum, t) => sum + t.answered + t.failed + t.stopped, 0)
  const saved = [...circuits].reduce((sum, { rejections }) => sum + rejections, 0)
  const share = calls === 0 ? 0 : Math.round((saved / calls) * 100)
  return (
    <p className="savings">
      <b>{saved.toLocaleString('en')}</b> requests not sent
      <small>
        {share} % of {calls.toLocaleString('en')} calls
      </small>
    </p>
  )
}
