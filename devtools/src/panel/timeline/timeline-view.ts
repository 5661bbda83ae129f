import type { Span } from '../../session/state.ts'
import { pan, timeAt, zoom } from './view-range.ts'

/** The time range and the cursor that the timeline and the charts share. */
export interface TimelineView {
  readonly lengthMs: number
  /** The length grows with the recorded time, until the user changes it. */
  readonly grows: boolean
  /** The right edge, Unix ms. Undefined while the view follows the current time. */
  readonly end: number | undefined
  /** The pointer position from 0, the left edge, to 1, the right edge. */
  readonly pointer: number | undefined
  /** The range of the current drag. */
  readonly dragged: Span | undefined
}

/** Share of the view that is kept free right of the current time. */
const MARGIN = 0.04

const MIN_GROWN_MS = 20_000
const MAX_GROWN_MS = 300_000

export const initialView: TimelineView = {
  lengthMs: MIN_GROWN_MS,
  grows: true,
  end: undefined,
  pointer: undefined,
  dragged: undefined,
}

export function spanOf({ lengthMs, end }: TimelineView, present: number): Span {
  const to = end ?? present + lengthMs * MARGIN
  return { from: to - lengthMs, to }
}

/** The moment under the pointer, Unix ms. */
export function pointerIn({ pointer }: TimelineView, span: Span): number | undefined {
  return pointer === undefined ? undefined : timeAt(pointer, span, 1)
}

function showSpan(view: TimelineView, { from, to }: Span): TimelineView {
  return { ...view, lengthMs: to - from, grows: false, end: to }
}

/** @param share of the visible length; positive values move towards the future */
export function panned(view: TimelineView, present: number, share: number): TimelineView {
  return showSpan(view, pan(spanOf(view, present), view.lengthMs * share))
}

/** Zooms around `anchor`. A view that follows the current time zooms around that, and still follows. */
export function zoomed(
  view: TimelineView,
  present: number,
  factor: number,
  anchor: number,
): TimelineView {
  const following = view.end === undefined
  const span = zoom(spanOf(view, present), factor, following ? present : anchor)
  return following ? { ...view, lengthMs: span.to - span.from, grows: false } : showSpan(view, span)
}

/** @param wholeMs the time from the first event to now */
export function grow(view: TimelineView, wholeMs: number): TimelineView {
  const lengthMs = Math.min(MAX_GROWN_MS, Math.max(MIN_GROWN_MS, wholeMs * 1.15))
  return view.grows && view.lengthMs !== lengthMs ? { ...view, lengthMs } : view
}

export function follow(view: TimelineView): TimelineView {
  return { ...view, end: undefined }
}

/** Centres `moment` when it is outside of the view. */
export function reveal(view: TimelineView, present: number, moment: number): TimelineView {
  const span = spanOf(view, present)
  if (moment >= span.from && moment <= span.to) return view
  return showSpan(view, pan(span, moment - (span.from + span.to) / 2))
}

/** Shows all of `whole` with a margin. */
export function fit(view: TimelineView, whole: Span): TimelineView {
  const margin = Math.max(500, (whole.to - whole.from) * MARGIN)
  return showSpan(view, { from: whole.from - margin, to: whole.to + margin })
}

export function pointAt(view: TimelineView, pointer: number | undefined): TimelineView {
  return { ...view, pointer }
}

export function dragTo(view: TimelineView, dragged: Span | undefined): TimelineView {
  return { ...view, dragged }
}
