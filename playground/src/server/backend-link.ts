import { useEffect } from 'react'
import type { BackendOrder, BackendStatus } from '../backend-status.ts'
import { Store, useStore } from '../ui/store.ts'

const LOOK_MS = 1_000

const latest = new Store<BackendStatus | undefined>(undefined)
let asked = 0

/** Asks the backend for something, or only how it is; what it answers is shown. */
export async function orderBackend(order?: BackendOrder): Promise<void> {
  const turn = ++asked
  const init = order && { method: 'POST', body: JSON.stringify(order) }
  const status = await fetch('/backend', init)
    .then((response) => (response.ok ? response.json() : undefined))
    .catch(() => undefined)
  // an answer that a later question has overtaken is old
  if (turn === asked) latest.set(status)
}

/** What the backend says of itself, asked once a second; undefined while it says nothing. */
export function useBackend(): BackendStatus | undefined {
  useEffect(() => {
    const look = () => void (document.hidden || orderBackend())
    look()
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  return useStore(latest)
}
