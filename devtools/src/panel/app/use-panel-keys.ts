import { type RefObject, useEffect } from 'react'
import { useSession } from '../context/session-context.tsx'
import { filterBoxClass } from '../lanes/filter-box.tsx'

/** Keys that work wherever the focus is in the panel. */
export function usePanelKeys(root: RefObject<HTMLElement | null>): void {
  const session = useSession()
  useEffect(() => {
    const scope = root.current?.getRootNode()
    if (scope === undefined) return
    const onKeyDown = (event: Event) => {
      if (!(event instanceof KeyboardEvent)) return
      const { key, ctrlKey, metaKey } = event
      const inText = event.target instanceof HTMLInputElement && event.target.type === 'search'
      if (key.toLowerCase() === 'k' && (ctrlKey || metaKey)) {
        session.dispatch({ type: 'clear' })
      } else if (key === '/' && !inText) {
        root.current?.querySelector<HTMLElement>(`.${filterBoxClass}`)?.focus()
      } else if (key === 'Escape' && !inText && isLookingBack()) {
        const nothing = { selection: undefined, moment: undefined, entry: undefined }
        session.dispatch({ type: 'set-view', change: nothing })
      } else return
      event.preventDefault()
      event.stopPropagation()
    }

    function isLookingBack(): boolean {
      const { selection, moment } = session.getState().view
      const isAsking = root.current?.querySelector('dialog[open]') != null
      return !isAsking && (selection !== undefined || moment !== undefined)
    }

    // before the DevTools' own listener, which would open the drawer by the same Escape
    scope.addEventListener('keydown', onKeyDown, true)
    return () => scope.removeEventListener('keydown', onKeyDown, true)
  }, [root, session])
}
