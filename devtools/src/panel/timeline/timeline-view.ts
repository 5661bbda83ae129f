import type { Span } from '../../session/state.ts'
import { pan, timeAt, zoom } from './view-range.ts'

/** What the timeline and the charts look at: the same stretch of time, the same moment. */
export interface TimelineView {
  readonly lengthMs: number
  /** Nobody has chosen the length yet: it grows with what there is to see. */
  readonly grows: boolean
  /** Unix ms of the right edge; undefined while it follows the present. */
  readonly end: number | undefined
  /** Where the pointer is, from 0, the left edge, to 1: it stays there while time goes by under it. */
  readonly pointer: number | undefined
  /** The range that is being dragged. */
  readonly dragged: Span | undefined
}

/** Free space to the right of the present, so that what comes next has a place to appear. */
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

function lookAt(view: TimelineView, { from, to }: Span): TimelineView {
  return { ...view, lengthMs: to - from, grows: false, end: to }
}

/** @param share of what is seen, positive towards the future */
export function panned(view: TimelineView, present: number, share: number): TimelineView {
  return lookAt(view, pan(spanOf(view, present), view.lengthMs * share))
}

/** Zooms around `anchor`; while it follows the present, around that, and goes on following. */
export function zoomed(
  view: TimelineView,
  present: number,
  factor: number,
  anchor: number,
): TimelineView {
  const follows = view.end === undefined
  const span = zoom(spanOf(view, present), factor, follows ? present : anchor)
  return follows ? { ...view, lengthMs: span.to - span.from, grows: false } : lookAt(view, span)
}

/** @param wholeMs from the first thing to see to the present */
export function grow(view: TimelineView, wholeMs: number): TimelineView {
  const lengthMs = Math.min(MAX_GROWN_MS, Math.max(MIN_GROWN_MS, wholeMs * 1.15))
  return view.grows && view.lengthMs !== lengthMs ? { ...view, lengthMs } : view
}

export function follow(view: TimelineView): TimelineView {
  return { ...view, end: undefined }
}

/** Moves only as far as needed to see `moment`. */
export function reveal(view: TimelineView, present: number, moment: number): TimelineView {
  const span = spanOf(view, present)
  if (moment >= span.from && moment <= span.to) return view
  return lookAt(view, pan(span, moment - (span.from + span.to) / 2))
}

/** All of `whole`, with a little space around. */
export function fit(view: TimelineView, whole: Span): TimelineView {
  const margin = Math.max(500, (whole.to - whole.from) * MARGIN)
  return lookAt(view, { from: whole.from - margin, to: whole.to + margin })
}

export function pointAt(view: TimelineView, pointer: number | undefined): TimelineView {
  return { ...view, pointer }
}

export function dragTo(view: TimelineView, dragged: Span | undefined): TimelineView {
  return { ...view, dragged }
}
