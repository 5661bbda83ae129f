import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { type CircuitRow, circuitRows, keepOrder } from '../../session/circuit-rows.ts'
import type { CircuitKey } from '../../session/state.ts'
import { changeSetting, useSetting } from '../context/panel-settings.ts'
import { useSelected, useSession } from '../context/session-context.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { RULER_HEIGHT } from '../timeline/timeline-picture.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Splitter } from '../ui/splitter.tsx'
import { useCoarsePointer } from '../ui/use-coarse-pointer.ts'
import { useElementSize } from '../ui/use-element-size.ts'
import { CircuitRowView } from './circuit-row-view.tsx'
import { ColumnHeads } from './column-heads.tsx'

const LIST_MIN = 120
/** Below this width of the list, a row has two lines. */
const TWO_LINES_BELOW = 470

/** Heights of a row in CSS pixels. */
const heights = { oneLine: 28, twoLines: 40, coarse: 44 }

/** The list of circuits with their timeline lanes. List and lanes scroll together. */
export function LanesPane() {
  const session = useSession()
  const scroller = useRef<HTMLDivElement>(null)
  const { width, height } = useElementSize(scroller)
  const chosenWidth = useSetting('listWidth')
  const listWidth = Math.min(chosenWidth ?? defaultListWidth(width), width - 120)
  const coarse = useCoarsePointer()
  const rowHeight = coarse
    ? heights.coarse
    : listWidth < TWO_LINES_BELOW
      ? heights.twoLines
      : heights.oneLine
  const listId = useId()

  const selected = useSelected(({ view }) => view.circuit)
  const { rows, freeze, unfreeze } = useStableOrder()
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    scrollPaddingStart: RULER_HEIGHT,
    paddingStart: RULER_HEIGHT,
  })
  const items = virtualizer.getVirtualItems()
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are cached until they are measured again
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight])

  const visible = items.flatMap(({ index }) => rows[index]?.key ?? [])
  useWatchedCircuits(selected === undefined ? visible : [selected, ...visible])

  const select = useCallback(
    ({ key }: CircuitRow) => session.dispatch({ type: 'set-view', change: { circuit: key } }),
    [session],
  )
  useAutomaticSelection(rows[0])

  const selectedIndex = rows.findIndex(({ key }) => key === selected)
  function onKeyDown(event: KeyboardEvent) {
    const last = rows.length - 1
    const page = Math.max(1, Math.floor(height / rowHeight) - 2)
    const to = {
      ArrowDown: selectedIndex + 1,
      ArrowUp: selectedIndex - 1,
      PageDown: selectedIndex + page,
      PageUp: selectedIndex - page,
      Home: 0,
      End: last,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const index = Math.max(0, Math.min(last, to))
    const row = rows[index]
    if (row === undefined) return
    select(row)
    virtualizer.scrollToIndex(index)
  }

  return (
    <div
      ref={scroller}
      className="lanes"
      tabIndex={-1}
      onPointerEnter={freeze}
      onPointerLeave={unfreeze}
    >
      <div className="lanes-content" style={{ height: virtualizer.getTotalSize() }}>
        <div className="circuits" style={{ width: listWidth }}>
          <ColumnHeads />
          <div
            className="circuit-list"
            role="listbox"
            aria-label="Circuits"
            tabIndex={0}
            aria-activedescendant={
              items.some(({ index }) => index === selectedIndex)
                ? `${listId}-${selectedIndex}`
                : undefined
            }
            onKeyDown={onKeyDown}
            onFocus={freeze}
            // a click moves the focus between rows: the order must not change between press and release
            onBlur={() => scroller.current?.matches(':hover') || unfreeze()}
          >
            {items.map(({ index, start }) => {
              const row = rows[index]
              return (
                row && (
                  <CircuitRowView
                    key={row.key}
                    id={`${listId}-${index}`}
                    row={row}
                    position={index + 1}
                    total={rows.length}
                    selected={index === selectedIndex}
                    top={start - RULER_HEIGHT}
                    height={rowHeight}
                    onSelect={select}
                  />
                )
              )
            })}
          </div>
        </div>
        <div className="timeline-holder" style={{ marginLeft: listWidth, height }}>
          <Timeline
            rows={rows}
            first={items[0]?.index ?? 0}
            count={items.length}
            scrollTop={virtualizer.scrollOffset ?? 0}
            rowHeight={rowHeight}
            width={Math.max(0, width - listWidth)}
            height={height}
          />
          {rows.length === 0 && <NoMatch />}
        </div>
        <div className="list-splitter" style={{ left: listWidth }}>
          <Splitter
            label="Width of the list of circuits"
            orientation="vertical"
            size={listWidth}
            min={LIST_MIN}
            max={Math.max(LIST_MIN, width - 120)}
            grows={1}
            onResize={(resized) => changeSetting('listWidth', resized)}
          />
        </div>
      </div>
    </div>
  )
}

function NoMatch() {
  const session = useSession()
  return (
    <EmptyState title="No circuit matches the filter">
      <button
        type="button"
        className="button"
        onClick={() =>
          session.dispatch({ type: 'set-view', change: { filter: '', frame: undefined } })
        }
      >
        Show all circuits
      </button>
    </EmptyState>
  )
}

/** The rows, sorted by severity. The order is frozen while the pointer or the focus is on the list. */
function useStableOrder() {
  const rows = useSelected(circuitRows)
  const order = useSelected(({ view }) => view.order)
  const [frozen, setFrozen] = useState<readonly CircuitKey[]>()
  // the user sorts with the pointer on the headings
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new order replaces the frozen one
  useEffect(() => setFrozen((keys) => keys && rows.map(({ key }) => key)), [order])
  const ordered = useMemo(() => (frozen ? keepOrder(rows, frozen) : rows), [rows, frozen])
  const freeze = () => setFrozen((keys) => keys ?? rows.map(({ key }) => key))
  const unfreeze = () => setFrozen(undefined)
  return { rows: ordered, freeze, unfreeze }
}

/** The list takes more of a wide panel, so that names and columns fit. */
function defaultListWidth(width: number): number {
  if (width >= 1_200) return Math.min(880, Math.round(width * 0.52))
  return Math.round(width * (width >= 720 ? 0.45 : 0.6))
}

/** Selects the first circuit, such as the first one that opened, until the user chooses one. */
function useAutomaticSelection(first: CircuitRow | undefined): void {
  const session = useSession()
  const { circuit, moment, followed } = useSelected(({ view }) => view)
  const next =
    first === undefined || moment !== undefined || first.key === circuit || followed !== undefined
      ? undefined
      : first.key
  useEffect(() => {
    if (next === undefined) return
    session.dispatch({ type: 'set-view', change: { circuit: next }, automatic: true })
  }, [session, next])
}

/** Requests the metrics of these circuits from the page. */
function useWatchedCircuits(keys: readonly CircuitKey[]): void {
  const session = useSession()
  const serialized = JSON.stringify([...new Set(keys)])
  useEffect(() => session.watch(JSON.parse(serialized)), [session, serialized])
}
