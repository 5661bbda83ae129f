import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react'
import { initialView, type TimelineView } from './timeline-view.ts'

/** Holds the view outside of React state: pointer movements re-render only its subscribers. */
export interface ViewStore {
  readonly get: () => TimelineView
  readonly set: (change: (view: TimelineView) => TimelineView) => void
  readonly subscribe: (listener: () => void) => () => void
}

function createViewStore(): ViewStore {
  let view = initialView
  const listeners = new Set<() => void>()
  return {
    get: () => view,
    set(change) {
      const next = change(view)
      if (next === view) return
      view = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const ViewContext = createContext<ViewStore>(createViewStore())

export function ViewProvider({ children }: { children: ReactNode }) {
  const store = useMemo(createViewStore, [])
  return <ViewContext.Provider value={store}>{children}</ViewContext.Provider>
}

export function useViewStore(): ViewStore {
  return useContext(ViewContext)
}

export function useTimelineView(): TimelineView {
  const { subscribe, get } = useViewStore()
  return useSyncExternalStore(subscribe, get)
}
