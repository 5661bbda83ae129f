import type { LoggedEvent } from '@fluxgate/core/devtools'
import { type Interval, laneIn, mergeEqual } from '../../session/lane.ts'
import { eventTime } from '../../session/log-entry.ts'
import { type LaneRow, RULER_HEIGHT, type TimelinePicture } from './timeline-picture.ts'
import { timeAt } from './view-range.ts'

/** The content at a point of the timeline. */
export interface Hit {
  /** Unix ms. */
  readonly at: number
  /** Absent in the ruler and below the last lane. */
  readonly row?: LaneRow
  /** The state of the circuit at that time, if known. */
  readonly interval?: Interval
  /** The nearest event of the lane within {@link HIT_DISTANCE}. */
  readonly event?: LoggedEvent
}

/** Maximum distance to an event in CSS pixels. */
const HIT_DISTANCE = 5

/** @param x @param y CSS pixels from the top left corner of the timeline */
export function hitTest(
  { rows, rowHeight, view, width }: Pick<TimelinePicture, 'rows' | 'rowHeight' | 'view' | 'width'>,
  x: number,
  y: number,
): Hit {
  const at = timeAt(x, view, width)
  const row = y < RULER_HEIGHT ? undefined : rows.find((r) => y >= r.y && y < r.y + rowHeight)
  if (row === undefined) return { at }
  // the whole interval, also outside of the view
  const span = { from: Number.NEGATIVE_INFINITY, to: row.until }
  const interval = mergeEqual(laneIn(row.circuit, span)).find(
    ({ from, to }) => from <= at && at < to,
  )
  const event = nearestEvent(row, at, (HIT_DISTANCE * (view.to - view.from)) / width)
  return { at, row, ...(interval && { interval }), ...(event && { event }) }
}

function nearestEvent(
  { circuit }: LaneRow,
  at: number,
  distanceMs: number,
): LoggedEvent | undefined {
  const { events } = circuit
  const next = events.search((event) => eventTime(event) >= at)
  const near = [...events.between(next - 1, next + 1)]
    .map((event) => ({ event, distance: Math.abs(eventTime(event) - at) }))
    .filter(({ distance }) => distance <= distanceMs)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.event
}
