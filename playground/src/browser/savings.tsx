import './savings.css'
import { useStore } from '../ui/store.ts'
import { circuits } from './guarded-fetch.ts'
import { traffic } from './page-traffic.ts'

/** The number of requests that the circuits did not send. */
export function Savings() {
  const counts = Object.values(useStore(traffic.counts))
  const calls = counts.reduce((sum, c) => sum + c.answered + c.failed + c.rejected, 0)
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
