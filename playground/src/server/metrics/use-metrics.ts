import { useEffect, useState } from 'react'
import { parseExposition, type Sample } from './exposition.ts'

const POLL_MS = 1_000

/** The metrics of the backend from both listeners. */
export interface BothMetrics {
  readonly prometheus: readonly Sample[]
  readonly openTelemetry: readonly Sample[]
}

/** Reads both texts once a second. Undefined until both have answered. */
export function useMetrics(): BothMetrics | undefined {
  const [metrics, setMetrics] = useState<BothMetrics>()
  useEffect(() => {
    let stopped = false
    async function poll() {
      if (document.hidden) return
      const read = async (path: string) => parseExposition(await (await fetch(path)).text())
      try {
        // at one time, so that both count the same calls
        const [prometheus, openTelemetry] = await Promise.all([
          read('/metrics'),
          read('/metrics/opentelemetry'),
        ])
        if (!stopped) setMetrics({ prometheus, openTelemetry })
      } catch {
        // the backend has ended: the last values stay
      }
    }
    void poll()
    const timer = setInterval(() => void poll(), POLL_MS)
    return () => {
      stopped = true
      clearInterval(timer)
    }
  }, [])
  return metrics
}
