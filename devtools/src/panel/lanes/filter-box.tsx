import { useSelected, useSession } from '../context/session-context.tsx'

/** The `/` key moves the focus to the element with this class. */
export const filterBoxClass = 'filter-box'

export function FilterBox() {
  const session = useSession()
  const filter = useSelected(({ view }) => view.filter)
  return (
    <input
      className={filterBoxClass}
      type="search"
      value={filter}
      placeholder="Filter: state:open pay"
      aria-label="Filter circuits"
      aria-keyshortcuts="/"
      spellCheck={false}
      autoComplete="off"
      onChange={(event) =>
        session.dispatch({ type: 'set-view', change: { filter: event.target.value } })
      }
    />
  )
}
