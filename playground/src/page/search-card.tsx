import { isCallNotPermitted } from '@fluxgate/core'
import { useCircuit } from '@fluxgate/react'
import { useId, useRef, useState } from 'react'
import { healthy } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { useStore } from '../ui/store.ts'
import { pageFetch } from './page-circuits.ts'

/** Slower than typing, so that requests are aborted. */
const SLOW_MS = 1_000

/** Every key sends a request and aborts the one before. The circuit does not count aborted calls. */
export function SearchCard() {
  const { state, metrics } = useCircuit('search', { metrics: 100 })
  const [found, setFound] = useState('')
  const [aborted, setAborted] = useState(0)
  const last = useRef<AbortController>(undefined)
  const heading = useId()
  useStore(services.statuses)
  const isSlow = services.status('catalog').knobs.latencyMs >= SLOW_MS

  const search = async (text: string) => {
    last.current?.abort()
    if (text === '') return setFound('')
    const current = new AbortController()
    last.current = current
    try {
      setFound(await answerTo(text, current.signal))
    } catch (error) {
      if (current.signal.aborted) setAborted((count) => count + 1)
      else setFound(isCallNotPermitted(error) ? 'Search is down for now.' : 'That did not work.')
    } finally {
      if (last.current === current) last.current = undefined
    }
  }

  return (
    <section className="page-card" aria-labelledby={heading} data-state={state}>
      <header>
        <h2 id={heading}>search</h2>
        {state && <StateBadge state={state} />}
      </header>
      <label className="page-search">
        Search the catalog
        <input type="search" autoComplete="off" onChange={(event) => search(event.target.value)} />
      </label>
      <p role="status">{found}</p>
      <dl className="page-counts">
        <dt>In the window</dt>
        <dd>{metrics.total}</dd>
        <dt>Failures</dt>
        <dd>{metrics.failures}</dd>
        <dt>Aborted by typing on</dt>
        <dd>{aborted}</dd>
      </dl>
      <button
        type="button"
        className="secondary"
        onClick={() =>
          services.setKnobs('catalog', { latencyMs: isSlow ? healthy.latencyMs : SLOW_MS })
        }
      >
        {isSlow ? 'Speed up' : 'Slow down'} search
      </button>
    </section>
  )
}

async function answerTo(text: string, signal: AbortSignal): Promise<string> {
  const query = new URLSearchParams({ circuit: 'search', q: text })
  const url = `${services.status('catalog').origin}/catalog?${query}`
  const { ok } = await pageFetch(url, { signal, cache: 'no-store' })
  return ok ? `Found “${text}”.` : 'That did not work.'
}
