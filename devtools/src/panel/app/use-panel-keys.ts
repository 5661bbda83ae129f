import { type RefObject, useEffect } from 'react'
import { useSession } from '../context/session-context.tsx'
import { filterBoxClass } from '../lanes/filter-box.tsx'

/** Keyboard shortcuts that work wherever the focus is in the panel: Ctrl or ⌘ K, `/` and Escape. */
export function usePanelKeys(root: RefObject<HTMLElement | null>): void {
  const session = useSession()
  useEffect(() => {
    const scope = root.current?.getRootNode()
    if (scope === undefined) return
    const onKeyDown = (event: Event) => {
      if (!(event instanceof KeyboardEvent)) return
      const { key, ctrlKey, metaKey } = event
      const inText = event.target instanceof HTMLInputElement && event.target.type === 'search'
      const dialog = root.current?.querySelector<HTMLDialogElement>('dialog[open]')
      if (dialog) {
        if (key !== 'Escape') return
        // the browser's DevTools would open their drawer on this key, and the dialog would stay
        dialog.close()
      } else if (key.toLowerCase() === 'k' && (ctrlKey || metaKey)) {
        session.dispatch({ type: 'clear' })
      } else if (key === '/' && !inText) {
        root.current?.querySelector<HTMLElement>(`.${filterBoxClass}`)?.focus()
      } else if (key === 'Escape' && !inText && hasSelection()) {
        const cleared = { selection: undefined, moment: undefined, entry: undefined }
        session.dispatch({ type: 'set-view', change: cleared })
      } else return
      event.preventDefault()
      event.stopPropagation()
    }

    function hasSelection(): boolean {
      const { selection, moment } = session.getState().view
      return selection !== undefined || moment !== undefined
    }

    // capture: the browser's DevTools would open their drawer on the same Escape
    scope.addEventListener('keydown', onKeyDown, true)
    return () => scope.removeEventListener('keydown', onKeyDown, true)
  }, [root, session])
}
