import { useEffect, useRef, useState } from 'react'
import { type Incident, incidents } from '../../session/incidents.ts'
import { usePresent } from '../context/now-context.tsx'
import { useSelected, useSession } from '../context/session-context.tsx'
import { count, counted } from '../text/measure-text.ts'
import { clockTime, countdown, duration } from '../text/time-text.ts'
import { reveal } from '../timeline/timeline-view.ts'
import { useViewStore } from '../timeline/view-context.tsx'
import { Countdown, Elapsed } from '../ui/countdown.tsx'
import { StateIcon } from '../ui/icon.tsx'
import { MiddleTruncated } from '../ui/middle-truncated.tsx'
import { useElementSize } from '../ui/use-element-size.ts'

/** Incidents that are shown until the user expands the list. */
const maxShownAt = (width: number) => (width < 700 ? 1 : 2)

/** What happened: trips that followed one another, with the circuit that went down first. */
export function IncidentStrip() {
  const session = useSession()
  const present = usePresent(1_000)
  const circuits = useSelected((state) => state.circuits.size)
  const [all, setAll] = useState(false)
  const [found, setFound] = useState<readonly Incident[]>([])
  // once a second and in a task of its own: the trips of all circuits are sorted
  useEffect(() => {
    if (present === 0 || circuits === 0) return
    const timer = setTimeout(() => setFound(incidents(session.getState())))
    return () => clearTimeout(timer)
  }, [session, present, circuits])
  const box = useRef<HTMLElement>(null)
  const maxShown = maxShownAt(useElementSize(box).width)
  const shown = all ? found : found.slice(0, maxShown)

  return (
    <section ref={box} className="incidents" aria-label="What happened">
      {found.length === 0 ? (
        <p className="incident-none">No circuit has opened since recording began.</p>
      ) : (
        <ol>
          {shown.map((incident) => (
            <li key={`${incident.from} ${incident.first.key}`}>
              <IncidentButton incident={incident} />
            </li>
          ))}
        </ol>
      )}
      {found.length > maxShown && (
        <button
          type="button"
          className="chip incident-more"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? 'Show fewer' : `${found.length - maxShown} more`}
        </button>
      )}
    </section>
  )
}

/** An incident. A click selects the first trip, and limits the log to the trips that followed. */
function IncidentButton({ incident }: { incident: Incident }) {
  const session = useSession()
  const view = useViewStore()
  const present = usePresent(1_000)
  const { from, lastTripAt, first, entry, circuits, downtime } = incident
  const isOver = incident.down === 0
  const signal = downtime.trip?.signal
  const verb = signal?.newState === 'forced_open' ? 'was forced open' : 'opened'

  function show() {
    session.dispatch({
      type: 'set-view',
      change: {
        circuit: first.key,
        entry,
        moment: from,
        selection: { from: from - 1, to: lastTripAt + 1 },
      },
    })
    view.set((v) => reveal(v, present, from))
  }

  return (
    <button
      type="button"
      className="incident"
      data-over={isOver}
      title="Show this trip, and those that followed"
      onClick={show}
    >
      <StateIcon state={isOver ? 'closed' : 'open'} />
      <time>{clockTime(from)}</time>
      <span className="incident-cause">
        <b>
          <MiddleTruncated text={first.label} />
        </b>{' '}
        {verb}
        {circuits > 1 && ' first'}
        {signal && `: ${signal.reason}`}
      </span>
      {circuits > 1 && (
        <span className="incident-followers">
          {count(circuits - 1)} more within {countdown(lastTripAt - from)}
        </span>
      )}
      <span className="incident-status">
        <IncidentStatus incident={incident} />
      </span>
    </button>
  )
}

/** How many circuits of an incident are still down, or when they recovered. */
function IncidentStatus({ incident }: { incident: Incident }) {
  const { from, circuits, down, failedProbes, nextProbeAt, recoveredAt } = incident
  if (recoveredAt !== undefined) return `recovered after ${duration(recoveredAt - from)}`
  return (
    <>
      <b>
        {circuits === 1 ? 'still down' : `${count(down)} of ${count(circuits)} still down`},{' '}
        <Elapsed since={from} />
      </b>
      {failedProbes > 0 && `, ${counted(failedProbes, 'probe')} failed`}
      {nextProbeAt !== undefined && (
        <>
          , next probe: <Countdown until={nextProbeAt} />
        </>
      )}
    </>
  )
}
