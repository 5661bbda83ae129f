import { findRejection } from '@fluxgate/core'
import { useEffect, useState } from 'react'
import type { ServiceName } from '../knobs.ts'
import { services } from '../playground.ts'
import { pageFetch } from './page-circuits.ts'

const ASK_MS = 1_000

interface News {
  readonly answers: number
  readonly failed: boolean
  /** Thrown when rendered, for the boundary to catch. */
  readonly rejection?: Error
}

/** Asks its service once a second; what its circuit rejects is left to the boundary around it. */
export function Feed({ service }: { service: ServiceName }) {
  const [{ answers, failed, rejection }, setNews] = useState<News>({ answers: 0, failed: false })
  useEffect(() => {
    const leaving = new AbortController()
    const ask = async () => {
      if (document.hidden) return
      const outcome = await askOnce(service, leaving.signal)
      if (!leaving.signal.aborted) setNews((last) => ({ ...last, ...outcome(last) }))
    }
    void ask()
    const timer = setInterval(ask, ASK_MS)
    return () => {
      clearInterval(timer)
      leaving.abort()
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

async function askOnce(
  service: ServiceName,
  signal: AbortSignal,
): Promise<(last: News) => Partial<News>> {
  try {
    const url = `${services.status(service).origin}/${service}?circuit=${service}`
    const { ok } = await pageFetch(url, { signal, cache: 'no-store' })
    return ({ answers }) => ({ answers: answers + Number(ok), failed: !ok })
  } catch (error) {
    const rejection = findRejection(error)
    return () => (rejection ? { rejection } : { failed: true })
  }
}
