import { useMemo, useState } from 'react'
import { circuitRows } from '../../session/circuit-rows.ts'
import { reloadLines } from '../../session/connection.ts'
import { type Interval, laneIn } from '../../session/lane.ts'
import { EmptyState } from '../empty-state.tsx'
import { StateIcon } from '../icon.tsx'
import { usePresent } from '../now-context.tsx'
import { useSelected } from '../session-context.tsx'
import { stateAppearance } from '../state-appearance.ts'
import { clockTime, duration } from '../time-text.ts'
import { useVisibleRows } from '../use-visible-rows.ts'
import { knownUntil } from './known-until.ts'
import { spanOf } from './timeline-view.ts'
import { useTimelineView } from './view-context.tsx'

const ROW_HEIGHT = 24

interface LabelledInterval extends Interval {
  readonly key: string
  readonly label: string
}

/** What the timeline shows, to be read: each circuit's states in the stretch of time that is seen. */
export function TimelineTable() {
  const circuits = useSelected(circuitRows)
  const reloads = useSelected(reloadLines)
  const view = useTimelineView()
  const present = usePresent(1_000)
  const { from, to } = spanOf(view, present)
  const [scroller, setScroller] = useState<HTMLElement | null>(null)

  const rows = useMemo<readonly LabelledInterval[]>(
    () =>
      circuits.flatMap((row) =>
        laneIn(row.circuit, { from, to: Math.min(to, knownUntil(row, reloads, present)) }).map(
          (interval) => ({ ...interval, key: `${row.key} ${interval.from}`, label: row.label }),
        ),
      ),
    [circuits, reloads, from, to, present],
  )
  const { first, end, totalHeight } = useVisibleRows(scroller, {
    count: rows.length,
    rowHeight: ROW_HEIGHT,
    headHeight: ROW_HEIGHT,
  })

  if (rows.length === 0) return <EmptyState title="Nothing is known of this time" />
  return (
    <section
      ref={setScroller}
      className="timeline-table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
      tabIndex={0}
      aria-label="Timeline as a table"
    >
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {['Circuit', 'State', 'From', 'To', 'For', 'Lost'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space height={first * ROW_HEIGHT} />
          {rows.slice(first, end).map((row, offset) => (
            <TableRow key={row.key} row={row} index={first + offset} present={present} />
          ))}
          <Space height={totalHeight - end * ROW_HEIGHT} />
        </tbody>
      </table>
    </section>
  )
}

/** Stands for the rows that are out of sight. */
function Space({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr>
      <td className="space" colSpan={6} style={{ height }} />
    </tr>
  )
}

interface TableRowProps {
  readonly row: LabelledInterval
  readonly index: number
  /** Unix ms. */
  readonly present: number
}

function TableRow({ row, index, present }: TableRowProps) {
  const { label, state, from, to, lost } = row
  return (
    <tr aria-rowindex={index + 2}>
      <td>{label}</td>
      <td data-state={state}>
        {state === undefined ? (
          'unknown'
        ) : (
          <>
            <StateIcon state={state} />
            {stateAppearance[state].word}
          </>
        )}
      </td>
      <td>{clockTime(from, 1)}</td>
      <td>{to >= present ? 'now' : clockTime(to, 1)}</td>
      <td>{duration(to - from)}</td>
      <td>{lost > 0 ? lost : ''}</td>
    </tr>
  )
}
