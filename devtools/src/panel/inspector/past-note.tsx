import { useSelected, useSession } from '../context/session-context.tsx'
import { clockTime } from '../text/time-text.ts'

export const pastNoteId = 'fluxgate-past'

/** Says that the inspector shows a past moment, and returns to the present. */
export function PastNote() {
  const session = useSession()
  const moment = useSelected(({ view }) => view.moment)
  const isFile = useSelected(({ source }) => source === 'file')
  if (moment === undefined) return null
  return (
    <p id={pastNoteId} className="past-note">
      <span>
        You are looking at <time title={String(new Date(moment))}>{clockTime(moment, 1)}</time>.
        {!isFile && ' The buttons act on the present.'}
      </span>
      <button
        type="button"
        className="button"
        onClick={() => {
          const change = { moment: undefined, entry: undefined, selection: undefined }
          session.dispatch({ type: 'set-view', change })
        }}
      >
        Back to now
      </button>
    </p>
  )
}
