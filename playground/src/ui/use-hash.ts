import { useSyncExternalStore } from 'react'

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}

/** The part of the address after `#`, which names the view. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash)
}
