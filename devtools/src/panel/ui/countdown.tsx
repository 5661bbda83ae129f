import { usePresent } from '../context/now-context.tsx'
import { countdown } from '../text/time-text.ts'

/** The time until an open circuit admits a probe, for a cell below the heading “Next probe”. */
export function Countdown({ until }: { until: number | undefined }) {
  const present = usePresent(500)
  if (until === undefined) return <span title="It does not probe by itself">none</span>
  if (until <= present) return <span title="The next call is a probe">due</span>
  return (
    <span className="nowrap" title="Until the next probe">
      {countdown(until - present)}
    </span>
  )
}

/** The same as a sentence. */
export function NextProbe({ until }: { until: number | undefined }) {
  const present = usePresent(500)
  if (until === undefined) return 'It does not probe by itself.'
  if (until <= present) return 'The next call is a probe.'
  return `Next probe in ${countdown(until - present)}.`
}

/** The time since a moment in whole seconds. */
export function Elapsed({ since }: { since: number }) {
  const present = usePresent(500)
  const elapsedMs = Math.max(0, Math.floor((present - since) / 1_000) * 1_000)
  return <span className="nowrap">{countdown(elapsedMs)}</span>
}
