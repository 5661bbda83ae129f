import { useLayoutEffect, useMemo, useRef } from 'react'
import type { CircuitRow } from '../../session/circuit-rows.ts'
import { reloadLines } from '../../session/connection.ts'
import { usePresent } from '../context/now-context.tsx'
import { useSelected } from '../context/session-context.tsx'
import { counted } from '../text/measure-text.ts'
import { clockTime } from '../text/time-text.ts'
import { usePalette } from '../theme/palette-context.tsx'
import { drawTimeline } from './draw-timeline.ts'
import { knownUntil } from './known-until.ts'
import { type LaneRow, RULER_HEIGHT, type TimelinePicture } from './timeline-picture.ts'
import { TimelineTooltip } from './timeline-tooltip.tsx'
import { pointerIn, spanOf } from './timeline-view.ts'
import { useTimelineKeys } from './use-timeline-keys.ts'
import { useTimelinePointer } from './use-timeline-pointer.ts'
import { useTimelineView } from './view-context.tsx'

export interface TimelineProps {
  readonly rows: readonly CircuitRow[]
  /** The visible rows: `count` rows starting at `first`. */
  readonly first: number
  readonly count: number
  readonly scrollTop: number
  readonly rowHeight: number
  /** CSS pixels. */
  readonly width: number
  readonly height: number
}

/** One lane per circuit on a common time axis. The table view shows the same data. */
export function Timeline(props: TimelineProps) {
  const { rows, first, count, scrollTop, rowHeight, width, height } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const present = usePresent(250)
  const view = useTimelineView()
  const palette = usePalette()
  const range = useSelected((state) => state.view.selection)
  const moment = useSelected((state) => state.view.moment)
  const selected = useSelected((state) => state.view.circuit)
  const reloads = useSelected(reloadLines)
  const { from, to } = spanOf(view, present)
  const pointer = pointerIn(view, { from, to })
  // time that passes right of the visible range must not cause a redraw
  const now = Math.min(present, to)

  const picture = useMemo<TimelinePicture>(() => {
    const lanes = rows.slice(first, first + count).map((row, index): LaneRow => {
      const y = RULER_HEIGHT + (first + index) * rowHeight - scrollTop
      const until = knownUntil(row, reloads, now)
      const { key, circuit, earlier } = row
      return { key, circuit, earlier, until, y, selected: key === selected }
    })
    return {
      rows: lanes,
      rowHeight,
      view: { from, to },
      width,
      height,
      scale: devicePixelRatio,
      palette,
      now,
      lines: reloads.map(({ timestamp, restored }) => ({
        at: timestamp,
        label: restored ? 'restored' : 'reloaded',
      })),
      range: view.dragged ?? range,
      moment,
      pointer,
    }
  }, [
    rows,
    first,
    count,
    scrollTop,
    rowHeight,
    from,
    to,
    width,
    height,
    palette,
    now,
    reloads,
    view.dragged,
    pointer,
    range,
    moment,
    selected,
  ])

  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d', { alpha: false })
    if (!element || !context || picture.width === 0) return
    const pixels = (css: number) => Math.round(css * picture.scale)
    // setting the size clears the canvas, even when it does not change
    if (element.width !== pixels(picture.width)) element.width = pixels(picture.width)
    if (element.height !== pixels(picture.height)) element.height = pixels(picture.height)
    drawTimeline(context, picture)
  }, [picture])

  const pointed = useTimelinePointer(canvas, picture)
  const onKeyDown = useTimelineKeys(present)

  return (
    <>
      <canvas
        ref={canvas}
        className="timeline"
        style={{ width, height }}
        tabIndex={0}
        role="img"
        aria-label={`Timeline of ${counted(rows.length, 'circuit')}, ${clockTime(from)} to ${clockTime(to)}. Left and right move it, plus and minus zoom, Home shows everything, End follows the present.`}
        onKeyDown={onKeyDown}
      />
      {pointed !== undefined && view.dragged === undefined && (
        <TimelineTooltip
          at={pointed}
          label={rows.find(({ key }) => key === pointed.row?.key)?.label}
          width={width}
          height={height}
        />
      )}
    </>
  )
}
