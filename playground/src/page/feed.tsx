import { findRejection } from '@fluxgate/core'
import { useEffect, useState } from 'react'
import type { ServiceName } from '../knobs.ts'
import { services } from '../services/page-services.ts'
import { pageFetch } from './page-circuits.ts'

const POLL_MS = 1_000

interface FeedState {
  readonly answers: number
  readonly failed: boolean
  /** Thrown during rendering, so that the boundary catches it. */
  readonly rejection?: Error
}

/** Polls its service once a second. A rejection goes to the boundary around it. */
export function Feed({ service }: { service: ServiceName }) {
  const [{ answers, failed, rejection }, setFeed] = useState<FeedState>({
    answers: 0,
    failed: false,
  })
  useEffect(() => {
    const unmounted = new AbortController()
    const poll = async () => {
      if (document.hidden) return
      const outcome = await pollOnce(service, unmounted.signal)
      if (!unmounted.signal.aborted) setFeed((last) => ({ ...last, ...outcome(last) }))
    }
    void poll()
    const timer = setInterval(poll, POLL_MS)
    return () => {
      clearInterval(timer)
      unmounted.abort()
    }
  }, [service])
  if (rejection !== undefined) throw rejection
  return (
    <p className="page-feed">
      <b>{answers}</b> {answers === 1 ? 'answer' : 'answers'}
      <small>{failed ? 'The last call failed.' : 'Fresh.'}</small>
    </p>
  )
}

async function pollOnce(
  service: ServiceName,
  signal: AbortSignal,
): Promise<(last: FeedState) => Partial<FeedState>> {
  try {
    const url = `${services.status(service).origin}/${service}?circuit=${service}`
    const { ok } = await pageFetch(url, { signal, cache: 'no-store' })
    return ({ answers }) => ({ answers: answers + Number(ok), failed: !ok })
  } catch (error) {
    const rejection = findRejection(error)
    return () => (rejection ? { rejection } : { failed: true })
  }
}
