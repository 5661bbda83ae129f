import { useEffect } from 'react'
import type { BackendCommand, BackendStatus } from '../backend-status.ts'
import { Store, useStore } from '../ui/store.ts'

const POLL_MS = 1_000

const latest = new Store<BackendStatus | undefined>(undefined)
let lastRequest = 0

/** Sends a command to the backend, or requests its status only. Updates the displayed status. */
export async function requestBackend(command?: BackendCommand): Promise<void> {
  const request = ++lastRequest
  const init = command && { method: 'POST', body: JSON.stringify(command) }
  const status = await fetch('/backend', init)
    .then((response) => (response.ok ? response.json() : undefined))
    .catch(() => undefined)
  // ignore the response when a later request was sent
  if (request === lastRequest) latest.set(status)
}

/** The status of the backend, polled once a second. Undefined while it does not respond. */
export function useBackend(): BackendStatus | undefined {
  useEffect(() => {
    const poll = () => void (document.hidden || requestBackend())
    poll()
    const timer = setInterval(poll, POLL_MS)
    return () => clearInterval(timer)
  }, [])
  return useStore(latest)
}
