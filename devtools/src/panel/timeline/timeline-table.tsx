import type { LoggedEvent } from '@fluxgate/core/devtools'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { circuitRows } from '../../session/circuit-rows.ts'
import { reloadLines } from '../../session/connection.ts'
import { type Interval, laneIn } from '../../session/lane.ts'
import { eventTime, logEntry } from '../../session/log-entry.ts'
import { rejectionsIn } from '../../session/rejections.ts'
import type { Circuit } from '../../session/state.ts'
import { usePresent } from '../context/now-context.tsx'
import { useSelected, useSession } from '../context/session-context.tsx'
import { eventText } from '../text/event-text.ts'
import { count } from '../text/measure-text.ts'
import { clockTime, duration } from '../text/time-text.ts'
import { stateAppearance } from '../theme/state-appearance.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateIcon } from '../ui/icon.tsx'
import { MiddleTruncated } from '../ui/middle-truncated.tsx'
import { knownUntil } from './known-until.ts'
import { spanOf } from './timeline-view.ts'
import { useTimelineView } from './view-context.tsx'

const ROW_HEIGHT = 24

interface TableInterval extends Interval {
  readonly label: string
  readonly circuit: Circuit
}

/** The timeline as a table: the states of each circuit in the visible time range. */
export function TimelineTable() {
  const circuits = useSelected(circuitRows)
  const reloads = useSelected(reloadLines)
  const view = useTimelineView()
  const present = usePresent(1_000)
  const { from, to } = spanOf(view, present)
  const scroller = useRef<HTMLDivElement>(null)

  const rows = useMemo<readonly TableInterval[]>(
    () =>
      circuits.flatMap((row) =>
        laneIn(
          row.circuit,
          { from, to: Math.min(to, knownUntil(row, reloads, present)) },
          0,
          true,
        ).map((interval) => ({ ...interval, label: row.label, circuit: row.circuit })),
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
  const session = useSession()
  const selected = useSelected((state) => state.view.circuit)
  const moment = useSelected((state) => state.view.moment)

  /** Shows a state in the inspector: the present one live, an earlier one as it began. */
  function select({ circuit, from: start, to: end }: TableInterval) {
    const event = eventAt(circuit, start)
    const change =
      end >= present
        ? { moment: undefined, entry: undefined }
        : { moment: start, entry: event && logEntry(circuit.documentKey, circuit.key, event) }
    session.dispatch({ type: 'set-view', change: { ...change, circuit: circuit.key } })
  }

  if (rows.length === 0) return <EmptyState title="No data for this time range" />
  return (
    <section
      ref={scroller}
      className="timeline-table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      aria-label="Timeline as a table"
    >
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {['Circuit', 'State', 'From', 'To', 'Duration', 'Rejected', 'Reason', 'Lost'].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          <Spacer height={items[0]?.start ?? 0} />
          {items.map(({ index }) => {
            const row = rows[index]
            return (
              row && (
                <TableRow
                  key={index}
                  row={row}
                  index={index}
                  present={present}
                  selected={
                    row.circuit.key === selected &&
                    (moment === undefined
                      ? row.to >= present
                      : row.from <= moment && moment < row.to)
                  }
                  onSelect={select}
                />
              )
            )
          })}
          <Spacer height={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </section>
  )
}

/** Takes the space of the rows that are not rendered. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr>
      <td className="space" colSpan={8} style={{ height }} />
    </tr>
  )
}

interface TableRowProps {
  readonly row: TableInterval
  readonly index: number
  /** Unix ms. */
  readonly present: number
  readonly selected: boolean
  readonly onSelect: (row: TableInterval) => void
}

function TableRow({ row, index, present, selected, onSelect }: TableRowProps) {
  const { label, circuit, state, from, to, lost } = row
  const [rejected = 0] = rejectionsIn(circuit, row, 1)
  const reason = reasonAt(circuit, from)
  return (
    <tr
      aria-rowindex={index + 2}
      aria-current={selected ? 'true' : undefined}
      onClick={() => onSelect(row)}
    >
      <td>
        <button type="button" className="row-button">
          <MiddleTruncated text={label} />
        </button>
      </td>
      <td data-state={state}>
        {state === undefined ? (
          'unknown'
        ) : (
          <>
            <StateIcon state={state} />
            {stateAppearance[state].label}
          </>
        )}
      </td>
      <td>{clockTime(from, 1)}</td>
      <td>{to >= present ? 'now' : clockTime(to, 1)}</td>
      <td>{duration(to - from)}</td>
      <td>{rejected > 0 ? count(Math.round(rejected)) : ''}</td>
      <td title={reason}>{reason}</td>
      <td>{lost > 0 ? lost : ''}</td>
    </tr>
  )
}

/** The event that started the state; empty when it is unknown. */
function reasonAt(circuit: Circuit, from: number): string {
  const event = eventAt(circuit, from)
  if (event === undefined) return ''
  const { title, text } = eventText(event)
  return event.type === 'signal' && event.signal.cause !== 'shadow' ? text : `${title}: ${text}`
}

function eventAt({ events }: Circuit, at: number): LoggedEvent | undefined {
  const event = events.at(events.search((other) => eventTime(other) > at) - 1)
  return event !== undefined && eventTime(event) === at ? event : undefined
}
