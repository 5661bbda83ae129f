import { useSyncExternalStore } from 'react'

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}

/** The fragment of the URL, which selects the view. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash)
}
