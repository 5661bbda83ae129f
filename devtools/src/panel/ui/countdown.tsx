import { usePresent } from '../context/now-context.tsx'
import { countdown } from '../text/time-text.ts'

/** The time until an open circuit admits a probe. */
export function Countdown({ until }: { until: number | undefined }) {
  const present = usePresent(500)
  if (until === undefined) return <span title="It does not probe by itself">no probe</span>
  const leftMs = until - present
  if (leftMs <= 0) return <span title="The next call is a probe">probe due</span>
  return (
    <span title="Until the next probe">
      <span className="sr-only">probes in </span>
      {countdown(leftMs)}
    </span>
  )
}
