import { useSyncExternalStore } from 'react'

const query = () => matchMedia('(pointer: coarse)')

/** Whether the main pointer is a finger, which needs targets of 44 px. */
export function useCoarsePointer(): boolean {
  return useSyncExternalStore(subscribe, () => query().matches)
}

function subscribe(listener: () => void): () => void {
  const media = query()
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}
