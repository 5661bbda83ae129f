import './state-sentence.css'
import type { Snapshot, State } from '@fluxgate/core'
import { useNow } from './use-now.ts'

const sentences: Record<Exclude<State, 'open' | 'half_open'>, string> = {
  closed: 'Every call passes.',
  metrics_only: 'Every call passes. The rule is evaluated and never opens it.',
  disabled: 'Every call passes. Nothing is recorded.',
  forced_open: 'Nothing is sent until you reset it.',
}

interface StateSentenceProps {
  snapshot: Pick<Snapshot, 'state' | 'since' | 'metrics'> & {
    readonly retryAt?: number | undefined
  }
  probes: number
}

/** The effect of a state on calls, with a countdown for an open circuit. */
export function StateSentence({ snapshot, probes }: StateSentenceProps) {
  const { state, since, retryAt, metrics } = snapshot
  const now = useNow(100, state === 'open')
  if (state === 'half_open') {
    const settled = metrics.total
    return settled < probes ? (
      <p>
        A few calls probe the service: {settled} of {probes} have settled.
      </p>
    ) : (
      <p>The probes succeeded. Traffic increases gradually.</p>
    )
  }
  if (state !== 'open') return <p>{sentences[state]}</p>
  if (retryAt === undefined) return <p>Nothing is sent.</p>
  const leftMs = Math.max(0, retryAt - now)
  return (
    <p>
      Nothing is sent. Next probe{' '}
      {leftMs > 0 ? (
        <b className="countdown">in {(leftMs / 1000).toFixed(1)} s</b>
      ) : (
        'with the next call'
      )}
      <span className="countdown-bar" aria-hidden="true">
        <span style={{ width: `${(leftMs / (retryAt - since)) * 100}%` }} />
      </span>
    </p>
  )
}
