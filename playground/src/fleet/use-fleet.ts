import { useEffect } from 'react'
import type { FleetOverview } from '../fleet-status.ts'
import { Store, useStore } from '../ui/store.ts'

const POLL_MS = 500

const latest = new Store<FleetOverview | undefined>(undefined)

/** The fleet, polled while the view is shown: the first request starts it, and only then it calls. */
export function useFleet(isStarted: boolean): FleetOverview | undefined {
  useEffect(() => {
    if (!isStarted) return
    const poll = async () => {
      if (document.hidden) return
      const overview = await fetch('/fleet')
        .then((response) => (response.ok ? response.json() : undefined))
        .catch(() => undefined)
      latest.set(overview)
    }
    void poll()
    const timer = setInterval(() => void poll(), POLL_MS)
    return () => clearInterval(timer)
  }, [isStarted])
  return useStore(latest)
}
