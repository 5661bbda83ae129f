import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { circuitRows } from '../../session/circuit-rows.ts'
import { reloadLines } from '../../session/connection.ts'
import { type Interval, laneIn } from '../../session/lane.ts'
import { EmptyState } from '../empty-state.tsx'
import { StateIcon } from '../icon.tsx'
import { usePresent } from '../now-context.tsx'
import { useSelected } from '../session-context.tsx'
import { stateAppearance } from '../state-appearance.ts'
import { clockTime, duration } from '../time-text.ts'
import { knownUntil } from './known-until.ts'
import { spanOf } from './timeline-view.ts'
import { useTimelineView } from './view-context.tsx'

const ROW_HEIGHT = 24

interface LabelledInterval extends Interval {
  readonly label: string
}

/** What the timeline shows, to be read: each circuit's states in the stretch of time that is seen. */
export function TimelineTable() {
  const circuits = useSelected(circuitRows)
  const reloads = useSelected(reloadLines)
  const view = useTimelineView()
  const present = usePresent(1_000)
  const { from, to } = spanOf(view, present)
  const scroller = useRef<HTMLDivElement>(null)

  const rows = useMemo<readonly LabelledInterval[]>(
    () =>
      circuits.flatMap((row) =>
        laneIn(row.circuit, { from, to: Math.min(to, knownUntil(row, reloads, present)) }).map(
          (interval) => ({ ...interval, label: row.label }),
        ),
      ),
    [circuits, reloads, from, to, present],
  )
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  })

  const items = virtualizer.getVirtualItems()

  if (rows.length === 0) return <EmptyState title="Nothing is known of this time" />
  return (
    <section
      ref={scroller}
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
          <Space height={items[0]?.start ?? 0} />
          {items.map(({ index }) => {
            const row = rows[index]
            return row && <TableRow key={index} row={row} index={index} present={present} />
          })}
          <Space height={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} />
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
