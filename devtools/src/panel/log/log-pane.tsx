import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { circuitRow } from '../../session/circuit-rows.ts'
import { isAfterReload, reloadLines } from '../../session/connection.ts'
import { logRows, positionOf } from '../../session/log-rows.ts'
import type { LogEntry } from '../../session/state.ts'
import { usePresent } from '../context/now-context.tsx'
import { useSelected, useSession } from '../context/session-context.tsx'
import { duration } from '../text/time-text.ts'
import { reveal } from '../timeline/timeline-view.ts'
import { useViewStore } from '../timeline/view-context.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { useCoarsePointer } from '../ui/use-coarse-pointer.ts'
import { useElementSize } from '../ui/use-element-size.ts'
import { LogRow } from './log-row.tsx'

/** Below this width an entry has two lines. */
const TWO_LINES_BELOW = 560

/** Heights of an entry in CSS pixels. */
const heights = { oneLine: 24, twoLines: 40, coarse: 44 }

/** All events of the listed circuits, oldest first. It follows new events until the user scrolls up. */
export function LogPane() {
  const session = useSession()
  const view = useViewStore()
  const present = usePresent(1_000)
  const rows = useSelected(logRows)
  const reloads = useSelected(reloadLines)
  const selected = useSelected((state) => state.view.entry)
  // state instead of a ref: the element exists only while the log has entries
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const gridId = useId()
  const box = useRef<HTMLDivElement>(null)
  const { width } = useElementSize(box)
  const twoLines = width < TWO_LINES_BELOW
  const coarse = useCoarsePointer()
  const rowHeight = coarse ? heights.coarse : twoLines ? heights.twoLines : heights.oneLine
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 6,
  })
  const position = selected === undefined ? -1 : positionOf(rows, selected)
  useLayoutEffect(() => {
    if (rowHeight > 0) virtualizer.measure()
  }, [virtualizer, rowHeight])
  useFollowEnd(scroller, rows.length, rowHeight, selected === undefined)

  // an event that was clicked in the timeline scrolls into view, and stays there when the layout changes
  useEffect(() => {
    if (position >= 0 && scroller !== null && rowHeight > 0) virtualizer.scrollToIndex(position)
  }, [position, virtualizer, scroller, rowHeight])

  function select(entry: LogEntry | undefined) {
    if (entry === undefined) return
    const { circuitKey: circuit, timestamp: moment } = entry
    session.dispatch({ type: 'set-view', change: { entry, moment, circuit } })
    view.set((v) => reveal(v, present, moment))
  }

  function onKeyDown(event: KeyboardEvent) {
    const last = rows.length - 1
    const at = position < 0 ? last + 1 : position
    const page = Math.floor((scroller?.clientHeight ?? 0) / rowHeight) - 1
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
      Enter: Math.max(0, at),
    }[event.key]
    if (to === undefined || last < 0) return
    event.preventDefault()
    select(rows.at(Math.max(0, Math.min(last, to))))
  }

  return (
    <div ref={box} className="log">
      <RangeNote />
      {rows.length === 0 ? (
        <EmptyLog />
      ) : (
        <div
          ref={setScroller}
          className="log-rows"
          role="listbox"
          aria-label="Log"
          tabIndex={0}
          aria-activedescendant={position >= 0 ? `${gridId}-${position}` : undefined}
          onKeyDown={onKeyDown}
        >
          <div role="presentation" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => {
              const entry = rows.at(index)
              return (
                entry && (
                  <LogRow
                    key={`${entry.documentKey} ${entry.event.seq}`}
                    id={`${gridId}-${index}`}
                    entry={entry}
                    label={circuitRow(session.getState(), entry.circuitKey)?.label ?? ''}
                    position={index + 1}
                    total={rows.length}
                    selected={index === position}
                    reloaded={isAfterReload(
                      reloads,
                      index > 0 ? rows.at(index - 1) : undefined,
                      entry,
                    )}
                    top={start}
                    height={rowHeight}
                    onSelect={select}
                  />
                )
              )
            })}
          </div>
        </div>
      )}
    </div>
  )
}

/** Shows the selected time range that limits the log, with a button that clears it. */
function RangeNote() {
  const session = useSession()
  const range = useSelected(({ view }) => view.selection)
  if (range === undefined) return null
  return (
    <div className="range-note">
      <span>Only the selected {duration(range.to - range.from)}</span>
      <button
        type="button"
        className="icon-button small"
        aria-label="Show the whole log"
        title="Show the whole log (Esc)"
        onClick={() => session.dispatch({ type: 'set-view', change: { selection: undefined } })}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}

function EmptyLog() {
  const range = useSelected(({ view }) => view.selection)
  const isFiltered = useSelected(({ log }) => log.length > 0)
  if (range !== undefined) return <EmptyState title="Nothing happened in this range" />
  if (isFiltered) return <EmptyState title="Nothing happened to the circuits in the list" />
  return (
    <EmptyState title="Nothing has happened yet">
      <p>A line appears here whenever a circuit changes its state.</p>
    </EmptyState>
  )
}

/** A log that is scrolled to fewer CSS pixels from its end follows new entries. */
const END_TOLERANCE = 24

/** Keeps the log scrolled to its end while `enabled`, unless the user scrolled up. */
function useFollowEnd(
  scroller: HTMLElement | null,
  length: number,
  rowHeight: number,
  enabled: boolean,
): void {
  const atEnd = useRef(true)

  useEffect(() => {
    if (scroller === null) return
    atEnd.current = true
    const onScroll = () => {
      const { scrollHeight, scrollTop, clientHeight } = scroller
      atEnd.current = scrollHeight - scrollTop - clientHeight < END_TOLERANCE
    }
    scroller.addEventListener('scroll', onScroll, { passive: true })
    return () => scroller.removeEventListener('scroll', onScroll)
  }, [scroller])

  useLayoutEffect(() => {
    atEnd.current ||= enabled
  }, [enabled])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves with the height of a row
  useLayoutEffect(() => {
    if (scroller !== null && length > 0 && enabled && atEnd.current) {
      scroller.scrollTop = scroller.scrollHeight
    }
  }, [scroller, length, rowHeight, enabled])
}
